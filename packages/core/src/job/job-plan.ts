import type { Backend } from '../pool/index.js'

/** What a run would do: see `planJob`. */
export interface JobPlan {
  readonly job: string
  readonly version: string | number | undefined
  readonly backend: Backend
  readonly workers: number
  readonly stages: readonly StagePlan[]
  /** About what the run occupies when its first chunk begins, as `maxMemoryBytes` counts it; what kernels allocate is not known. */
  readonly memoryBytes: number
  readonly outputs: readonly { readonly path: string; readonly byteLength: number | undefined }[]
  readonly checkpoint: CheckpointPlan | undefined
}

/** Of stages after the first, which may depend on earlier results, nothing but name and kind is known. */
export interface StagePlan {
  readonly name: string | undefined
  readonly kind: 'chunks' | 'program'
  readonly chunks: number | undefined
  readonly total: number | undefined
  readonly counts: 'bytes' | 'elements' | 'steps' | undefined
  readonly inputs: readonly { readonly path: string; readonly byteLength: number }[]
}

/** What is in the folder of a checkpoint, and whether a run would continue it. */
export interface CheckpointPlan {
  readonly path: string
  /** Whether there is one, and how far it is. */
  readonly found: { readonly stage: number; readonly chunks: number } | undefined
  /**
   * What differs from this run: `'version'`, `'param limit'`, `'input big.log: size'`, `'chunkLength: 512 instead of 256'`. Continued only if
   * nothing does.
   */
  readonly differences: readonly string[]
}
