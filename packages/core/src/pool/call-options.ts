import { types } from 'node:util'
import { checkAbortSignal, expectedRange, expectedType, requireOptions } from '../errors/index.js'
import { checkTimeout } from './region-options.js'

/** What a call of `run` needs besides its arguments: `pool.with({ signal, transfer }).run(kernel, a, b)`. */
export interface CallOptions {
  /** A task that waits is taken back; one that runs ends its worker, which is replaced. */
  signal?: AbortSignal
  timeoutMs?: number
  /** Higher goes first among tasks that wait. Default 0. */
  priority?: number
  /** Threads only: buffers that move to the one worker when the call is made, instead of being copied. Not for a `broadcast` to several. */
  transfer?: readonly ArrayBuffer[]
}

export interface ResolvedCallOptions {
  readonly signal: AbortSignal | undefined
  readonly timeoutMs: number | undefined
  readonly priority: number
  readonly transfer: readonly ArrayBuffer[]
}

/** Also for regions, which have no use for some of them: what is wrong with them does not depend on the call. */
export function resolveCallOptions(options: CallOptions): ResolvedCallOptions {
  requireOptions(options)
  const { signal, timeoutMs, priority = 0, transfer = [] } = options
  checkAbortSignal(signal)
  checkTimeout(timeoutMs)
  if (typeof priority !== 'number') throw expectedType('priority', 'a number', priority)
  if (Number.isNaN(priority)) throw expectedRange('priority', 'a number that others can be compared with', priority)
  if (!Array.isArray(transfer)) throw expectedType('transfer', 'an array of buffers', transfer)
  for (const [index, buffer] of transfer.entries()) {
    if (!types.isArrayBuffer(buffer)) throw expectedType(`transfer[${index}]`, 'an ArrayBuffer, such as the buffer of a view', buffer)
    if (transfer.indexOf(buffer) !== index) throw expectedRange(`transfer[${index}]`, 'a buffer that is not in the list yet', buffer)
  }
  return { signal, timeoutMs, priority, transfer }
}

/** When a call is made, since an earlier one may have moved the buffers: each can move to one worker alone, and only once. */
export function checkTransfer(transfer: readonly ArrayBuffer[], workers: number): void {
  if (transfer.length > 0 && workers > 1) {
    throw expectedRange('transfer', `no buffers in a broadcast to ${workers} workers, each of which gets a copy,`, transfer)
  }
  for (const [index, buffer] of transfer.entries()) {
    if (isDetached(buffer)) throw expectedRange(`transfer[${index}]`, 'a buffer that has not been transferred before', buffer)
  }
}

/** As `buffer.detached`, which Node 20 does not have. Its structured clone takes a detached buffer for an empty one. */
function isDetached(buffer: ArrayBuffer): boolean {
  try {
    new Uint8Array(buffer, 0, 0)
    return false
  } catch {
    return true
  }
}
