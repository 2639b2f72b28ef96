import { ShoalError } from '../../errors/index.js'
import { allocate } from '../../memory/index.js'
import { moduleKernel, type PoolCalls, type Progress } from '../../pool/index.js'
import type { RunControl } from '../run-control.js'
import type { ProgramSaving } from './around-program.js'
import { hasState } from './program-state.js'

export interface RunProgramOptions {
  readonly calls: PoolCalls
  readonly program: unknown
  readonly params: unknown
  readonly job: unknown
  readonly saving: Omit<ProgramSaving, 'stop'>
  readonly control: RunControl
  /** Whether an earlier run may have been at work on it. */
  readonly isContinued: boolean
  /** Makes the job's files what they were before the program, for one that begins anew. */
  readonly putBack: () => Promise<void>
  /** How often it is begun again from its last checkpoint when a worker dies. */
  readonly retries: number
  readonly onRetried: (attempt: number, error: unknown) => void
  readonly onProgress: (progress: Progress) => void
}

/** Runs a program on all ranks at once; it goes on from its last checkpoint. */
export async function runProgram(options: RunProgramOptions): Promise<unknown[]> {
  const { calls, program, params, job, saving, control, isContinued, putBack, retries, onRetried, onProgress } = options
  const stop = allocate(Int32Array, 1)
  control.onStop(() => {
    Atomics.store(stop, 0, 1)
    // Nothing is kept of it: there is no reason to wait for the next superstep, which may never come.
    if (saving.path === undefined) control.stop(undefined, 'hard')
  })
  const around = moduleKernel(import.meta.resolve('#internal/job/program/around-program.js'), ['aroundProgram'])
  for (let attempt = 1; ; attempt++) {
    const isAgain = isContinued || attempt > 1
    if (isAgain && saving.path !== undefined && !hasState(saving.path, saving.key)) await putBack()
    try {
      const spmd = calls.spmd.bind(calls) as (kernel: unknown, options: object) => Promise<unknown[]>
      return await spmd(program, { around, args: [params, job, { ...saving, stop }], signal: control.signal, onProgress })
    } catch (error) {
      const isDeath = error instanceof ShoalError && error.code === 'SHOAL_REGION_WORKER_DIED'
      if (!isDeath || saving.path === undefined || attempt > retries || control.isStopped) throw error
      onRetried(attempt, error)
    }
  }
}
