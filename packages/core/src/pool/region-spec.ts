import type { KernelReference, RegionCall } from '../protocol/index.js'
import type { OpenedSource } from '../source/index.js'

/** What a parallel call of a pool becomes: all that its region needs to be run. */
export interface RegionSpec {
  readonly call: RegionCall
  /** All that its ranks need. */
  readonly kernels: readonly KernelReference[]
  /** Undefined in `spmd`. */
  readonly opened: OpenedSource | undefined
  readonly width: number
  readonly retry: number
  readonly maxAttempts: number
}
