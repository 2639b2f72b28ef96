import { createRequire } from 'node:module'
import { createDoorbell, type Doorbell } from '@shoal/native'
import { ShoalError } from '../errors/index.js'
import { createSparse, holdSegment, type Segment, usableCpus } from '../memory/index.js'
import { Control, ControlLayout, Header, MAGIC, VERSION } from '../protocol/index.js'
import { CallCache } from './call-cache.js'
import { checkSegments } from './check-segments.js'
import { Cooling } from './cooling.js'
import { Crew } from './crew.js'
import { Dispatcher } from './dispatcher.js'
import { EventLoopHold } from './event-loop-hold.js'
import { HotLoop } from './hot-loop.js'
import { Observer } from './observer.js'
import type { ResolvedPoolOptions } from './options.js'
import { warmUpParser } from './parse-kernel.js'
import { PlanCache } from './plan-cache.js'
import { Region } from './region.js'
import type { RegionSpec } from './region-spec.js'
import { Spinning } from './spinning.js'
import { type PoolStats, rankStats } from './stats.js'
import { type Caller, SyncRunner } from './sync-runner.js'
import { Task, type TaskSpec } from './task.js'
import { type Trace, Tracer } from './tracer.js'
import { type SyncWatch, type Watch, watchOver } from './watch.js'

const require = createRequire(import.meta.url)

/** How many workers in a row may end while they start, in the place of one that died. */
const MAX_STARTS = 3

/** The machinery under a pool: its control segment, its workers, and what waits for them. */
export class Engine {
  readonly options: ResolvedPoolOptions
  readonly control: Control
  readonly plans = new PlanCache()
  readonly #segment: Segment
  readonly #doorbell: Doorbell
  readonly #crew: Crew
  readonly #dispatcher: Dispatcher
  readonly #calls: CallCache
  readonly #tracer: Tracer | undefined
  readonly #observer: Observer
  readonly #spinning: Spinning
  readonly #hotLoop = new HotLoop()
  readonly #hold: EventLoopHold
  readonly #cooling: Cooling
  #syncRunner: SyncRunner | undefined
  #readyAt = 0
  #finalStats: PoolStats | undefined
  #ended: Promise<void> | undefined
  #destroyed: Promise<void> | undefined
  readonly #onAbort = (): void => void this.destroy()
  #whenIdle: (() => void)[] = []
  readonly #whenDrained: (() => void)[] = []

  constructor(options: ResolvedPoolOptions) {
    this.options = options
    this.#calls = new CallCache(options.backend === 'threads')
    const layout = new ControlLayout(options.workers)
    this.#segment = createSparse(layout.byteLength)
    this.control = new Control(this.#segment.buffer, options.workers)
    const { words } = this.control
    words[Header.magic] = MAGIC
    words[Header.version] = VERSION
    words[Header.size] = layout.size
    words[Header.slots] = layout.slots
    this.#spinning = new Spinning(this.control)
    words[Header.timing] = options.recordTiming || options.trace ? 1 : 0
    this.#doorbell = createDoorbell(() => this.#dispatcher.onRing())
    this.#hold = new EventLoopHold(this.#doorbell)
    this.#tracer = options.trace ? new Tracer(options.name, options.workers) : undefined
    this.#observer = new Observer(options, this.#tracer)
    const crew = { words: this.control, control: this.#segment, doorbellFd: this.#doorbell.fd, traceSegment: this.#tracer?.segment }
    this.#crew = new Crew({ ...options, ...crew }, (rank, death) => {
      this.#dispatcher.onDeath(rank, death)
      void this.#replace(rank)
    })
    this.#dispatcher = new Dispatcher(
      this.control,
      this.#crew,
      () => this.#onIdle(),
      () => this.#onDispatched(),
    )
    const isIdle = (): boolean => this.#dispatcher.isIdle
    this.#cooling = new Cooling(options.hotMs, isIdle, () => this.#coolDown())
  }

  get size(): number {
    return this.options.workers
  }

  get queueSize(): number {
    return this.#dispatcher.queueSize
  }

  get needsDrain(): boolean {
    return this.#dispatcher.queueSize >= this.options.maxQueue && this.#dispatcher.busyRanks >= this.size
  }

  /** Resolves when the next task would not be refused. */
  async drained(): Promise<void> {
    if (this.needsDrain) await new Promise<void>((resolve) => this.#whenDrained.push(resolve))
  }

  #onDispatched(): void {
    if (this.#whenDrained.length > 0 && !this.needsDrain) for (const resolve of this.#whenDrained.splice(0)) resolve()
  }

  /** Starts all workers; ends them again when one does not come up, or the pool's signal is aborted. */
  async start(): Promise<void> {
    const { signal } = this.options
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    // A worker that is being set up does not keep the event loop alive by itself.
    this.#hold.take()
    try {
      const starting = Promise.all(Array.from({ length: this.size }, (_, rank) => this.#crew.start(rank)))
      // This thread has nothing else to do until they are there.
      this.#countCpus()
      warmUpParser()
      await starting
      signal?.throwIfAborted()
      this.#readyAt = performance.now()
      this.#onIdle()
    } catch (error) {
      await this.destroy()
      signal?.throwIfAborted()
      throw error
    }
  }

  /** Ranks that share a CPU would spin against each other. */
  #countCpus(): void {
    const { affinity, workers } = this.options
    const sharesCpus = new Set(affinity?.flat()).size < workers
    this.#spinning.cpus = affinity !== undefined && sharesCpus ? 1 : usableCpus()
  }

  /** @throws ShoalError `SHOAL_POOL_CLOSED`; `SHOAL_POOL_NESTED` in a kernel that this thread runs for a synchronous call. */
  checkOpen(): void {
    if (this.#ended !== undefined) throw this.#closedError('is closed')
    if (!this.#syncRunner?.isRunning) return
    throw new ShoalError(
      'SHOAL_POOL_NESTED',
      `Expected no call on the pool ${this.options.name} before its synchronous call has returned: kernels, and onProgress of such a call, make none`,
    )
  }

  async region(spec: RegionSpec, watch: Watch): Promise<unknown> {
    const { opened } = spec
    try {
      const region = new Region(spec, this.#calls)
      checkSegments(region.segments, this.options.backend)
      const release = useSegments(region.segments)
      try {
        return await this.#perform(region, watch)
      } finally {
        release()
      }
    } finally {
      for (const segment of opened?.segments ?? []) this.#crew.drop(segment.id)
      opened?.close()
    }
  }

  async task(spec: TaskSpec, watch: Watch): Promise<unknown> {
    if (this.needsDrain) {
      const { maxQueue } = this.options
      throw new ShoalError(
        'SHOAL_POOL_QUEUE_FULL',
        `Expected at most ${maxQueue} tasks to wait (maxQueue): wait for some of them before the next`,
      )
    }
    const task = new Task(spec)
    checkSegments(task.segments, this.options.backend)
    return this.#perform(task, watch)
  }

  /**
   * A region in which this thread takes part as rank 0 and worker 0 sleeps. Blocks the event loop.
   */
  regionSync(spec: RegionSpec, watch: SyncWatch): unknown {
    try {
      const region = new Region(spec, this.#calls)
      checkSegments(region.segments, this.options.backend)
      return this.#onThisThread().run(region, watch)
    } finally {
      for (const segment of spec.opened?.segments ?? []) this.#crew.drop(segment.id)
      spec.opened?.close()
      if (this.#dispatcher.isIdle) this.#onIdle()
    }
  }

  /** Before this thread takes part in its first region. */
  prepareCaller(): void {
    this.#onThisThread().prepare()
  }

  /** Made for the first synchronous call: most programs make none, and what runs a region here is as much as a worker loads. */
  #onThisThread(): SyncRunner {
    this.#syncRunner ??= new SyncRunner({
      control: this.control,
      crew: this.#crew,
      dispatcher: this.#dispatcher,
      observer: this.#observer,
      spinning: this.#spinning,
      caller: require('#internal/worker/caller.js') as Caller,
      setup: this.options.setup,
      trace: this.#tracer?.segment.buffer,
    })
    return this.#syncRunner
  }

  /** Queues the work, and watches and observes it until it is settled. */
  async #perform(work: Region | Task, watch: Watch): Promise<unknown> {
    this.#spinning.prepare(this.size, 1)
    this.#hold.take()
    const stop = watchOver(work, watch, this.#dispatcher)
    const observation = this.#observer.begin(work)
    try {
      const isRegion = work instanceof Region
      const isHot = isRegion && this.#crew.isHot
      const lookNs = isRegion && this.#spinning.spinNs > 0 ? this.#hotLoop.lookNs(isHot) : 0
      this.#dispatcher.submit(work, lookNs > 0)
      if (isRegion && lookNs > 0) this.#dispatcher.look(work, lookNs)
      const result = await work.promise
      if (isRegion) await this.#hotLoop.ended(isHot, work.startedAt)
      observation.end()
      return result
    } catch (error) {
      observation.fail(error)
      throw error
    } finally {
      stop?.()
    }
  }

  get stats(): PoolStats {
    if (this.#finalStats !== undefined) return this.#finalStats
    const elapsedMs = performance.now() - this.#readyAt
    const ranks = Array.from({ length: this.size }, (_, rank) => rankStats(this.control, rank, elapsedMs, this.options.recordTiming))
    return { elapsedMs, regions: this.#observer.regions.stats, tasks: this.#observer.tasks.stats, ranks }
  }

  /** @throws TypeError when the pool keeps no trace. */
  trace(): Trace {
    if (this.#tracer === undefined) throw new TypeError(`The pool ${this.options.name} keeps no trace: make it with { trace: true }`)
    return this.#tracer.trace()
  }

  close(): Promise<void> {
    this.#ended ??= this.#close()
    return this.#ended
  }

  destroy(): Promise<void> {
    if (this.#ended === undefined || !this.#dispatcher.isIdle) {
      this.#abandon(this.#closedError('was destroyed while this was running or waiting'))
    }
    return this.#ended!
  }

  ref(): void {
    this.#hold.ref(!this.#dispatcher.isIdle)
  }

  unref(): void {
    this.#hold.unref()
  }

  #onIdle(): void {
    this.#hold.letGo()
    if (this.#whenIdle.length > 0) for (const resolve of this.#whenIdle.splice(0)) resolve()
    if (this.#ended === undefined) this.#cooling.begin()
  }

  /** The members leave their loops. */
  #coolDown(): void {
    this.#forget()
    this.#crew.leaveAll()
  }

  #forget(): void {
    this.#calls.forget()
    this.plans.forget()
  }

  /** What ended the worker may end the next one while it starts: only a pool that can not replace it repeatedly is at its end. */
  async #replace(rank: number): Promise<void> {
    for (let attempt = 1; this.#destroyed === undefined; attempt++) {
      try {
        await this.#crew.start(rank)
        this.#dispatcher.dispatch()
        return
      } catch (error) {
        // A pool that is ending kills workers that are still starting.
        if (this.#ended !== undefined && this.#dispatcher.isIdle) return
        if (attempt === MAX_STARTS) this.#abandon(error)
      }
    }
  }

  async #close(): Promise<void> {
    if (!this.#dispatcher.isIdle || this.#syncRunner?.isRunning) await new Promise<void>((resolve) => this.#whenIdle.push(resolve))
    // What it waited for has been given up by destroy().
    if (this.#destroyed !== undefined) return this.#destroyed
    await this.#crew.close()
    this.#release()
  }

  #abandon(reason: unknown): void {
    this.#dispatcher.abandon(reason)
    this.#onDispatched()
    this.#destroyed ??= this.#crew.destroy().then(() => this.#release())
    this.#ended = this.#destroyed
    for (const resolve of this.#whenIdle.splice(0)) resolve()
  }

  #release(): void {
    this.options.signal?.removeEventListener('abort', this.#onAbort)
    this.#cooling.end()
    this.#doorbell.close()
    this.#forget()
    this.#syncRunner?.release()
    this.#finalStats = this.stats
    this.#segment.close()
  }

  #closedError(what: string): ShoalError {
    return new ShoalError('SHOAL_POOL_CLOSED', `The pool ${this.options.name} ${what}`)
  }
}

/** While a region uses them, segments can not be freed. */
function useSegments(segments: readonly Segment[]): () => void {
  const releases = segments.map(holdSegment)
  return () => {
    for (const release of releases) release()
  }
}
