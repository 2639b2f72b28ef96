import { checkAbortSignal, checkBoolean, expectedRange, expectedType, requireOptions } from '../errors/index.js'
import { Pool, type PoolOptions, type ResolvedPoolOptions, resolvePoolOptions } from '../pool/index.js'
import { checkCutting, defaultSchedule, type Schedule } from '../schedule/index.js'
import type { RunJobOptions } from './run-options.js'

export interface ResolvedRunOptions {
  readonly params: unknown
  readonly url: string | undefined
  readonly cutting: { readonly schedule: Schedule | undefined; readonly chunkLength: number | undefined; readonly unit: number | undefined }
  readonly checkpoint: string | undefined
  readonly resume: 'auto' | boolean
  readonly checkpointMs: number
  readonly hashInputs: boolean
  readonly retries: number
  readonly timeoutMs: number | undefined
  readonly maxMemoryBytes: number | undefined
  /** Where bad records go; undefined when the run is to fail. */
  readonly quarantine: string | undefined
  readonly signal: AbortSignal | undefined
  readonly pool: Pool | undefined
  readonly poolOptions: PoolOptions
  /** What it runs on, of the pool or as it will be made. */
  readonly workers: Pick<ResolvedPoolOptions, 'backend' | 'workers'>
}

/** @throws TypeError, RangeError in the one sentence: what was expected, and what came. */
export function resolveRunOptions(name: string, options: RunJobOptions<never>): ResolvedRunOptions {
  requireOptions(options, 'options', 'an object with params')
  const { url, checkpoint, resume = 'auto', checkpointMs = 1000, hashInputs = false, retries = 0, timeoutMs, maxMemoryBytes } = options
  const { onError = 'fail', quarantine, signal, pool, trace } = options
  const { workers, backend, affinity } = options as PoolOptions
  optional('url', url, 'string')
  path('checkpoint', checkpoint)
  path('quarantine', quarantine)
  for (const listener of ['onProgress', 'onEvent', 'onReport'] as const) optional(listener, options[listener], 'function')
  if (resume !== 'auto' && typeof resume !== 'boolean') throw expectedType('resume', "'auto', true or false", resume)
  if (resume === true && checkpoint === undefined) throw expectedType('checkpoint', 'a folder with resume: true', checkpoint)
  checkBoolean('hashInputs', hashInputs)
  if (onError !== 'fail' && onError !== 'skip') throw expectedType('onError', "'fail' or 'skip'", onError)
  if (onError === 'skip' && quarantine === undefined)
    throw expectedType('quarantine', "the path of a file with onError: 'skip'", quarantine)
  if (onError !== 'skip' && quarantine !== undefined) throw expectedRange('onError', "'skip' with a quarantine", onError)
  checkAbortSignal(signal)
  checkBoolean('trace', trace)
  if (pool !== undefined && !(pool instanceof Pool)) throw expectedType('pool', 'a pool made by createPool()', pool)
  for (const [option, value] of Object.entries({ workers, backend, affinity, trace: trace || undefined }))
    if (pool !== undefined && value !== undefined) throw expectedType(option, 'nothing beside a pool, which has its own,', value)
  number('checkpointMs', checkpointMs, 0)
  number('timeoutMs', timeoutMs, 1)
  number('maxMemoryBytes', maxMemoryBytes, 1)
  if (!Number.isInteger(retries)) throw expectedType('retries', 'an integer', retries)
  number('retries', retries, 0)
  const cutting = cuttingOf(options)
  const poolOptions = {
    name,
    ...(workers !== undefined && { workers }),
    ...(backend !== undefined && { backend }),
    ...(affinity !== undefined && { affinity }),
    ...(trace !== undefined && { trace }),
  }
  return {
    params: options.params,
    url,
    cutting,
    checkpoint,
    resume,
    checkpointMs,
    hashInputs,
    retries,
    timeoutMs,
    maxMemoryBytes,
    quarantine,
    signal,
    pool,
    poolOptions,
    workers: pool === undefined ? resolvePoolOptions(poolOptions) : { backend: pool.backend, workers: pool.size },
  }
}

/** Checked before anything is opened, as everything else that was given. */
function cuttingOf({ schedule, chunkLength, unit }: RunJobOptions<never>): ResolvedRunOptions['cutting'] {
  const cutting = { schedule: schedule === undefined ? defaultSchedule() : schedule, chunkLength, unit }
  checkCutting(cutting)
  return cutting
}

function optional(name: string, value: unknown, type: 'string' | 'function'): void {
  if (value !== undefined && typeof value !== type) throw expectedType(name, `a ${type}`, value)
}

function path(name: string, value: unknown): void {
  optional(name, value, 'string')
  if (value === '') throw expectedRange(name, 'a path', value)
}

function number(name: string, value: unknown, least: number): void {
  if (value === undefined) return
  if (typeof value !== 'number') throw expectedType(name, 'a number', value)
  if (!(value >= least && value < 2 ** 53)) throw expectedRange(name, `a number from ${least}`, value)
}
