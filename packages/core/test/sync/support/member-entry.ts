import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { dieWithParent } from '@shoal/native'
import type { SharedWords } from '#internal/sync/index.js'
import type { Role } from '../fixtures/roles.js'
import type { MemberOrder } from './member.js'
import { openMemory } from './shared-words.js'

// A test that is cut short leaves nobody behind.
if (isMainThread) dieWithParent(process.ppid)

const order: MemberOrder = isMainThread ? JSON.parse(process.argv[2] ?? '') : workerData.order
const words: SharedWords = isMainThread ? openMemory(4) : new Int32Array(workerData.buffer as SharedArrayBuffer)

function report(value: unknown): void {
  if (isMainThread) process.send?.(value)
  else parentPort?.postMessage(value)
}

const roles = (await import('../fixtures/roles.js')) as unknown as Record<string, Role>
const role = roles[order.role]
if (role === undefined) throw new Error(`no role ${order.role}`)
const result = await role({ words, report }, ...(order.args as never[]))
if (result !== undefined) report(result)
if (isMainThread) process.disconnect?.()
