import { ShoalError } from '../errors/index.js'
import { wayOut } from './way-out.js'

/** For what keeps a checkpoint from being written or read. */
export function checkpointFailed(path: string, cause: unknown): ShoalError {
  const what = cause instanceof Error ? cause.message : String(cause)
  return new ShoalError(
    'SHOAL_JOB_CHECKPOINT_FAILED',
    `The checkpoint ${path} cannot be used: ${what}: ${wayOut(cause, 'use another folder')}. What it has of before is unharmed`,
    { cause },
  )
}
