import { expectedType, ShoalError } from '../errors/index.js'
import type { Backing } from './backing.js'
import { createBacking } from './create.js'
import { openBacking } from './open.js'
import type { CreateOptions, OpenTarget } from './options.js'

const attempts = 50
const pauseMs = 20

/** Two programs that start in any order: each either opens or creates, whatever the other does meanwhile. */
export function openOrCreateBacking(options: CreateOptions): { backing: Backing; created: boolean } {
  const target = targetOf(options)
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { backing: checkSize(openBacking(target), options.byteLength), created: false }
    } catch (error) {
      if (!shouldGoOn(error, attempt)) throw error
    }
    try {
      return { backing: createBacking(options), created: true }
    } catch (error) {
      if (codeOf(error) !== 'SHOAL_SEGMENT_EXISTS' || attempt >= attempts) throw error
    }
  }
}

/** Not there: create it. Not finished: another language's program is between creating and sizing it, or died there. */
function shouldGoOn(error: unknown, attempt: number): boolean {
  if (codeOf(error) === 'SHOAL_SEGMENT_NOT_FOUND') return true
  if (codeOf(error) !== 'SHOAL_SEGMENT_UNFINISHED' || attempt >= attempts) return false
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs)
  return true
}

function codeOf(error: unknown): string | undefined {
  return error instanceof ShoalError ? error.code : undefined
}

function targetOf(options: CreateOptions): OpenTarget {
  if (options?.kind === 'posix') return { kind: 'posix', name: options.name }
  if (options?.kind === 'file') return { kind: 'file', path: options.path }
  if (options?.kind === 'sysv' && options.key !== undefined) return { kind: 'sysv', key: options.key }
  throw expectedType('options', 'a posix name, a file path or a sysv key to find the segment by', options)
}

function checkSize(backing: Backing, byteLength: number): Backing {
  if (backing.byteLength === byteLength) return backing
  throw new ShoalError(
    'SHOAL_SEGMENT_SIZE',
    `The ${backing.kind} segment exists with ${backing.byteLength} bytes, not ${byteLength}: agree on the length, or remove it first`,
  )
}
