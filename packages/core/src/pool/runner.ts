import { createRequire } from 'node:module'
import { holdSegment, type Segment } from '../memory/index.js'
import type { Control } from '../protocol/index.js'
import type { Backpressure } from './backpressure.js'
import { CallCache } from './call-cache.js'
import { checkSegments } from './check-segments.js'
import type { Crew } from './crew.js'
import type { Dispatcher } from './dispatcher.js'
import type { EventLoopHold } from './event-loop-hold.js'
import { HotLoop } from './hot-loop.js'
import type { Observation, Observer } from './observer.js'
import type { ResolvedPoolOptions } from './options.js'
import { Region } from './region.js'
import type { RegionSpec } from './region-spec.js'
import type { Spinning } from './spinning.js'
import { type MakeCaller, SyncRunner } from './sync-runner.js'
import { Task, type TaskSpec } from './task.js'
import { type EndWatch, type SyncWatch, type Watch, watchOver } from './watch.js'

const require = createRequire(import.meta.url)

/** What a `Runner` needs of its pool. */
interface RunnerParts {
  readonly options: ResolvedPoolOptions
  readonly control: Control
  readonly crew: Crew
  readonly dispatcher: Dispatcher
  readonly backpressure: Backpressure
  readonly observer: Observer
  readonly spinning: Spinning
  readonly hold: EventLoopHold
  readonly trace: SharedArrayBuffer | undefined
  readonly onIdle: () => void
}

/** Runs the calls of a pool: each is checked, queued, watched and observed until it is settled. */
export class Runner {
  readonly #parts: RunnerParts
  readonly #calls: CallCache
  readonly #hotLoop = new HotLoop()
  #syncRunner: SyncRunner | undefined

  constructor(parts: RunnerParts) {
    this.#parts = parts
    this.#calls = new CallCache(parts.options.backend === 'threads')
  }

  /** Whether this thread is in a kernel of a synchronous call, if anybody can ask. */
  get isInSync(): boolean {
    return this.#syncRunner?.isRunning === true
  }

  /** One function, since a short region takes not much longer than it takes to await one more. */
  async region(spec: RegionSpec, watch: Watch): Promise<unknown> {
    const { options, crew, dispatcher, observer, spinning, hold } = this.#parts
    let release: (() => void) | undefined
    let endWatch: EndWatch | undefined
    let observation: Observation | undefined
    try {
      const region = this.#regionOf(spec)
      release = useSegments(region.segments)
      spinning.prepare(options.workers, 1, this.#hotLoop.lastMs)
      endWatch = watchOver(region, watch, dispatcher)
      observation = observer.begin(region)
      const isHot = crew.isHot
      const lookNs = spinning.spinNs > 0 ? this.#hotLoop.lookNs(isHot) : 0
      dispatcher.submit(region, lookNs > 0)
      observation.announce()
      if (lookNs > 0) dispatcher.look(region, lookNs)
      // Until the last one is out, though it is settled: `close()` waits for that.
      if (!region.isSettled || region.inside.count > 0) hold.take()
      if (!region.isSettled) await region.whenSettled
      const { result } = region
      const turn = this.#hotLoop.ended(isHot, region.startedAt)
      if (turn !== undefined) await turn
      endWatch?.(false)
      observation.end()
      return result
    } catch (error) {
      observation?.fail(error)
      throw error
    } finally {
      endWatch?.(true)
      release?.()
      this.#letGo(spec)
    }
  }

  /** Tasks of one call: what throws here throws before one of them has begun. */
  tasks(specs: readonly TaskSpec[], watch: Watch): Promise<unknown>[] {
    const { options, backpressure } = this.#parts
    backpressure.checkRoom(specs)
    const tasks = specs.map((spec) => new Task(spec))
    for (const { segments } of tasks) checkSegments(segments, options.backend)
    const submitted = tasks.map((task) => this.#submit(task, watch))
    // Not before all of them are submitted: a subscriber may end the pool, or make calls that take their places.
    for (const { observation } of submitted) observation.announce()
    return submitted.map(({ result }) => result)
  }

  #submit(task: Task, watch: Watch): { readonly observation: Observation; readonly result: Promise<unknown> } {
    const { dispatcher, observer, hold } = this.#parts
    hold.take()
    const release = useSegments(task.segments)
    const endWatch = watchOver(task, watch, dispatcher)
    const observation = observer.begin(task)
    dispatcher.submit(task)
    return { observation, result: resultOf(task, observation, endWatch, release) }
  }

  /**
   * A region in which this thread takes part as rank 0 and worker 0 sleeps. Blocks the event loop.
   */
  regionSync(spec: RegionSpec, watch: SyncWatch): unknown {
    let release: (() => void) | undefined
    try {
      const region = this.#regionOf(spec)
      release = useSegments(region.segments)
      return this.#onThisThread().run(region, watch)
    } finally {
      release?.()
      this.#letGo(spec)
      if (this.#parts.dispatcher.isIdle) this.#parts.onIdle()
    }
  }

  /** Ends the synchronous call that this thread is in with this error. */
  abandon(reason: unknown): void {
    this.#syncRunner?.abandon(reason)
  }

  /** Before this thread takes part in its first region. */
  prepareCaller(): void {
    this.#onThisThread().prepare()
  }

  /** Keeps no segment alive longer than the calls that use it. */
  forget(): void {
    this.#calls.forget()
    this.#syncRunner?.forget()
  }

  #regionOf(spec: RegionSpec): Region {
    const region = new Region(spec, this.#calls)
    checkSegments(region.segments, this.#parts.options.backend)
    return region
  }

  /** Of what was opened for the call alone. */
  #letGo({ opened }: RegionSpec): void {
    if (opened === undefined) return
    for (const segment of opened.segments) this.#parts.crew.drop(segment.id)
    opened.close()
  }

  /** Made for the first synchronous call: most programs make none, and what runs a region here is as much as a worker loads. */
  #onThisThread(): SyncRunner {
    this.#syncRunner ??= new SyncRunner({
      ...this.#parts,
      makeCaller: require('#internal/worker/caller.js') as MakeCaller,
      setup: this.#parts.options.setup,
    })
    return this.#syncRunner
  }
}

async function resultOf(task: Task, observation: Observation, endWatch: EndWatch | undefined, release: () => void): Promise<unknown> {
  try {
    const result = await task.promise
    observation.end()
    return result
  } catch (error) {
    observation.fail(error)
    throw error
  } finally {
    endWatch?.(true)
    release()
  }
}

const NOTHING_TO_RELEASE = (): void => {}

/** While a call uses them, segments can not be freed. */
function useSegments(segments: readonly Segment[]): () => void {
  if (segments.length === 0) return NOTHING_TO_RELEASE
  const releases = segments.map(holdSegment)
  return () => {
    for (const release of releases) release()
  }
}
