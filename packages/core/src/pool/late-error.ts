import { ShoalError } from '../errors/index.js'

/** A call took longer than it may. */
export function lateError(code: 'SHOAL_REGION_TIMEOUT' | 'SHOAL_TASK_TIMEOUT', timeoutMs: number, cause?: unknown): ShoalError {
  return new ShoalError(code, `Not done within ${timeoutMs} ms (timeoutMs): allow more time, or give it less to do`, { cause })
}
