import { checkAbortSignal, checkBoolean, expectedRange, expectedType, requireOptions } from '../errors/index.js'
import { usableCpus } from '../memory/index.js'
import { type Affinity, cpusByRank } from './affinity.js'
import { resolveSetup, type Setup } from './setup.js'
import { type ResourceLimits, resolveEnv, resolveExecArgv, resolveResourceLimits } from './start-options.js'

/** What workers are: worker threads, or forked processes. */
export type Backend = 'threads' | 'processes'

/** What workers a pool has, and how they start. */
export interface PoolOptions {
  /** How many workers: 1 … 1,024. Default: the usable CPUs, or `SHOAL_WORKERS`. */
  readonly workers?: number
  /** Worker threads (piscina) or forked processes. Default: threads. */
  readonly backend?: Backend
  /** Shown in errors, events and traces. */
  readonly name?: string
  /** How long idle workers stay ready for the next region before they go to sleep for good. Default 100. */
  readonly hotMs?: number
  /** How much memory a worker may use: one that needs more ends, and is replaced. Processes get them as flags of node. */
  readonly resourceLimits?: ResourceLimits
  /** Arguments of node, instead of those of this process. */
  readonly execArgv?: readonly string[]
  /** Variables that workers have besides, or instead of, those of this process. */
  readonly env?: Readonly<Record<string, string>>
  /**
   * Which CPUs the workers run on. Default `'none'`: the scheduler decides. With `'cores'` each rank keeps to one CPU, on cores of their own as
   * long as there are. Lists say by rank.
   */
  readonly affinity?: Affinity
  /**
   * A kernel, which may be async, that runs once on every new worker before it counts as ready, those that replace dead ones included. What it
   * returns stays on that worker, as `ctx.local` and `chunk.local`, and need not be cloneable. The calling thread runs it before its first
   * `…Sync` call, and there it must be synchronous.
   */
  readonly setup?: (...args: never[]) => unknown
  /** What `setup` gets: shared memory by reference, the rest by structured clone. */
  readonly setupArgs?: readonly unknown[]
  /** Records how long calls wait and run and how long workers are busy, for `stats()`: below a microsecond a call. Default false. */
  readonly recordTiming?: boolean
  /** Records spans of calls, of workers in regions and of the chunks that they claim, for `trace()`: the last 65,536 of each. Default false. */
  readonly trace?: boolean
  /** Destroys the pool when aborted. */
  readonly signal?: AbortSignal
  /**
   * How many tasks may wait. The next one is refused if it would have to wait too: because all workers are busy, or behind an `spmd` that waits
   * for more of them. `'auto'` is the square of `workers`. Default: no limit.
   */
  readonly maxQueue?: number | 'auto'
}

export interface ResolvedPoolOptions {
  readonly workers: number
  readonly backend: Backend
  readonly name: string
  readonly hotMs: number
  readonly resourceLimits: ResourceLimits | undefined
  readonly execArgv: readonly string[] | undefined
  readonly env: Readonly<Record<string, string>> | undefined
  readonly affinity: readonly (readonly number[])[] | undefined
  readonly setup: Setup | undefined
  readonly recordTiming: boolean
  readonly trace: boolean
  readonly signal: AbortSignal | undefined
  readonly maxQueue: number
}

const MAX_WORKERS = 1024

export function resolvePoolOptions(options: PoolOptions): ResolvedPoolOptions {
  requireOptions(options)
  const { backend = 'threads', hotMs = 100 } = options
  if (backend !== 'threads' && backend !== 'processes') throw expectedType('backend', "'threads' or 'processes'", backend)
  if (typeof hotMs !== 'number') throw expectedType('hotMs', 'a number of milliseconds', hotMs)
  if (!(hotMs >= 0)) throw expectedRange('hotMs', 'a number of milliseconds from 0', hotMs)
  const workers = workerCount(options.workers)
  const { name = 'shoal', recordTiming = false, trace = false, signal } = options
  if (typeof name !== 'string') throw expectedType('name', 'a string', name)
  checkAbortSignal(signal)
  checkBoolean('recordTiming', recordTiming)
  checkBoolean('trace', trace)
  return Object.freeze({
    workers,
    backend,
    name,
    hotMs,
    resourceLimits: resolveResourceLimits(options.resourceLimits),
    execArgv: resolveExecArgv(options.execArgv),
    env: resolveEnv(options.env),
    affinity: cpusByRank(options.affinity, workers),
    setup: resolveSetup(options.setup, options.setupArgs),
    recordTiming,
    trace,
    signal,
    maxQueue: queueLimit(options.maxQueue, workers),
  })
}

function workerCount(asked: unknown): number {
  const fromEnvironment = process.env.SHOAL_WORKERS
  const [name, workers] =
    asked !== undefined
      ? ['workers', asked]
      : fromEnvironment !== undefined && fromEnvironment !== ''
        ? ['SHOAL_WORKERS', /^\d+$/.test(fromEnvironment) ? Number(fromEnvironment) : Number.NaN]
        : ['workers', usableCpus()]
  if (typeof workers !== 'number') throw expectedType(name, 'an integer', workers)
  if (!Number.isInteger(workers) || workers < 1 || workers > MAX_WORKERS) {
    throw expectedRange(name, `an integer from 1 to ${MAX_WORKERS}`, asked ?? fromEnvironment)
  }
  return workers
}

function queueLimit(asked: unknown, workers: number): number {
  if (asked === undefined) return Number.POSITIVE_INFINITY
  if (asked === 'auto') return workers * workers
  if (typeof asked !== 'number') throw expectedType('maxQueue', "an integer or 'auto'", asked)
  const isCount = Number.isInteger(asked) || asked === Number.POSITIVE_INFINITY
  if (!isCount || asked < 0) throw expectedRange('maxQueue', 'an integer from 0, or Infinity', asked)
  return asked
}
