import type { Channel } from 'node:diagnostics_channel'
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { now } from '../sync/index.js'
import { type RegionEvent, regionChannels, type TaskEvent, taskChannels } from './events.js'
import { kernelName } from './kernel-reference.js'
import { Region } from './region.js'
import type { CallStats } from './stats.js'
import type { Task } from './task.js'
import type { CallSpan, Tracer } from './tracer.js'

interface Channels {
  readonly start: Channel
  readonly end: Channel
  readonly error: Channel
}

/** What is told of one call. */
export interface Observation {
  /** To be called once the call is submitted: a subscriber may abort it, or end its pool, which does not reach what nobody knows yet. */
  announce(): void
  end(): void
  fail(error: unknown): void
}

/** Counts calls of one sort, and takes their times if it is told to. What is told of a call that nobody wants to hear of is counted, no more. */
class Calls implements Observation {
  completed = 0
  failed = 0
  readonly channels: Channels
  readonly waitTime: RecordableHistogram | undefined
  readonly runTime: RecordableHistogram | undefined

  constructor(channels: Channels, isTimed: boolean) {
    this.channels = channels
    this.waitTime = isTimed ? createHistogram() : undefined
    this.runTime = isTimed ? createHistogram() : undefined
  }

  announce(): void {}

  end(): void {
    this.completed++
  }

  fail(_error: unknown): void {
    this.failed++
  }

  get isTimed(): boolean {
    const { start, end, error } = this.channels
    return this.runTime !== undefined || start.hasSubscribers || end.hasSubscribers || error.hasSubscribers
  }

  get stats(): CallStats {
    const { completed, failed, waitTime, runTime } = this
    return { completed, failed, waitTime, runTime }
  }
}

/**
 * Tells of the calls of a pool: by counts, times, events and spans of a trace. Without `recordTiming`, `trace` and subscribers it looks at
 * no clock and makes no message.
 */
export class Observer {
  readonly pool: string
  readonly tracer: Tracer | undefined
  readonly regions: Calls
  readonly tasks: Calls

  constructor(options: { readonly name: string; readonly recordTiming: boolean }, tracer: Tracer | undefined) {
    this.pool = options.name
    this.tracer = tracer
    this.regions = new Calls(regionChannels, options.recordTiming)
    this.tasks = new Calls(taskChannels, options.recordTiming)
  }

  /** To be called when a call is made; what comes back is told when that is submitted, and how it ends. */
  begin(work: Region | Task): Observation {
    const calls = work instanceof Region ? this.regions : this.tasks
    work.isTimed = this.tracer !== undefined || calls.isTimed
    return work.isTimed ? new TimedObservation(this, work, calls) : calls
  }
}

class TimedObservation implements Observation {
  readonly #observer: Observer
  readonly #work: Region | Task
  readonly #calls: Calls
  readonly #submittedAt: number
  #event: RegionEvent | TaskEvent | undefined

  constructor(observer: Observer, work: Region | Task, calls: Calls) {
    this.#observer = observer
    this.#work = work
    this.#calls = calls
    this.#submittedAt = now()
  }

  announce(): void {
    const { start } = this.#calls.channels
    if (start.hasSubscribers) start.publish(this.#describe())
  }

  end(): void {
    this.#calls.end()
    this.#settle(this.#calls.channels.end, {})
  }

  fail(error: unknown): void {
    this.#calls.fail(error)
    this.#settle(this.#calls.channels.error, { error })
  }

  #settle(channel: Channel, outcome: { readonly error?: unknown }): void {
    const work = this.#work
    const { waitTime, runTime } = this.#calls
    const submittedAt = this.#submittedAt
    const endedAt = now()
    // What was given up before it had a worker has only waited.
    const startedAt = work.startedAt === 0 ? endedAt : work.startedAt
    waitTime?.record(nanoseconds(startedAt - submittedAt))
    runTime?.record(nanoseconds(endedAt - startedAt))
    this.#observer.tracer?.addCall({ ...spanOf(work), submittedAt, startedAt, endedAt })
    if (!channel.hasSubscribers) return
    const more = work instanceof Region ? { retries: work.retries } : { rank: work.ranOn }
    channel.publish(
      Object.assign(this.#describe(), { waitMs: startedAt - submittedAt, elapsedMs: endedAt - startedAt, ...more, ...outcome }),
    )
  }

  /** One object for all messages of the call. */
  #describe(): RegionEvent | TaskEvent {
    this.#event ??= describe(this.#observer.pool, this.#work)
    return this.#event
  }
}

/** A histogram holds integers from 1. */
function nanoseconds(ms: number): number {
  return Math.max(1, Math.round(ms * 1e6))
}

function spanOf(work: Region | Task): Pick<CallSpan, 'kind' | 'kernel'> {
  return work instanceof Region ? { kind: kindOf(work), kernel: work.spec.call.work.kernel } : { kind: 'run', kernel: work.kernel }
}

function kindOf({ spec }: Region): RegionEvent['kind'] {
  const { work } = spec.call
  if (work.type === 'elements') return work.kind
  return work.type === 'chunks' ? 'forChunks' : work.type === 'fold' ? 'foldChunks' : 'spmd'
}

function describe(pool: string, work: Region | Task): RegionEvent | TaskEvent {
  if (!(work instanceof Region)) return { pool, kernel: kernelName(work.kernel) }
  const { spec } = work
  return {
    pool,
    kind: kindOf(work),
    kernel: kernelName(spec.call.work.kernel),
    width: spec.width,
    chunks: spec.opened?.cutting.count ?? 0,
    total: spec.opened?.total ?? 0,
  }
}
