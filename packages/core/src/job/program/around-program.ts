import { ShoalError } from '../../errors/index.js'
import type { Context } from '../../pool/index.js'
import { encodeCopy } from '../../protocol/index.js'
import { now } from '../../sync/index.js'
import { checkpointFailed } from '../checkpoint-failed.js'
import type { ProgramContext } from '../job-definition.js'
import { readState, type StateKey, writeState } from './program-state.js'

/** How the states of a program are kept. */
export interface ProgramSaving {
  /** Undefined without a checkpoint. */
  readonly path: string | undefined
  readonly key: StateKey
  readonly everyMs: number
  /** 1 once the run is to end at the next checkpoint. */
  readonly stop: Int32Array<SharedArrayBuffer>
}

/** What all ranks do at a call of `checkpoint`: rank 0 says. */
const Todo = { nothing: 0, save: 1, saveAndStop: 2 } as const

/** Runs in workers, around the kernel of a program: gives its context `state` and `checkpoint`. */
export function aroundProgram(
  kernel: (...args: unknown[]) => unknown,
  context: Context,
  params: unknown,
  job: unknown,
  saving: ProgramSaving,
): unknown {
  const { rank } = context
  const { path, key, everyMs, stop } = saving
  let savedAt = now()
  const decide = (): number => {
    if (Atomics.load(stop, 0) !== 0) return Todo.saveAndStop
    return path !== undefined && now() - savedAt >= everyMs ? Todo.save : Todo.nothing
  }
  const checkpoint = (state: unknown): boolean => {
    const todo = context.bcast(rank === 0 ? decide() : 0)
    if (todo === Todo.nothing) return false
    if (path !== undefined) {
      const states = context.gather(encodeCopy(typeof state === 'function' ? state() : state))
      if (states !== undefined) save(path, key, states)
      savedAt = now()
      // What comes next may change what the state stands for, such as a file of the job: not before it is safe.
      context.barrier()
    }
    if (todo === Todo.saveAndStop) throw new ShoalError('SHOAL_JOB_INTERRUPTED', 'The job was interrupted')
    return path !== undefined
  }
  const more = { state: path === undefined ? undefined : readState(path, key, rank), checkpoint }
  return kernel(Object.assign(context, more) satisfies ProgramContext, params, job)
}

function save(path: string, key: StateKey, states: readonly Uint8Array[]): void {
  try {
    writeState(path, key, states)
  } catch (cause) {
    throw checkpointFailed(path, cause)
  }
}
