import { createDoorbell, type Doorbell, waitWhile } from '@shoal/native'
import { ShoalError } from '../errors/index.js'
import { checkFaultHandlers, holdSegment, limits, Segment } from '../memory/index.js'
import {
  Control,
  ControlLayout,
  Header,
  type KernelDefinition,
  type KernelReference,
  MAGIC,
  Phase,
  Rank,
  Slot,
  VERSION,
} from '../protocol/index.js'
import { CallCache } from './call-cache.js'
import { Crew } from './crew.js'
import { Dispatcher } from './dispatcher.js'
import { definitionOf } from './kernel-reference.js'
import { Observer } from './observer.js'
import type { ResolvedPoolOptions } from './options.js'
import { type Progress, Region, type RegionSpec } from './region.js'
import type { Setup } from './setup.js'
import { type PoolStats, rankStats } from './stats.js'
import { Task, type TaskSpec } from './task.js'
import { type Trace, Tracer } from './tracer.js'

export interface TimeLimits {
  readonly timeoutMs: number | undefined
  /** How long ranks have to leave a cancelled region before they are ended. */
  readonly graceMs: number
}

/** What lasts as long as a call. */
export interface Watch extends TimeLimits {
  readonly signal: AbortSignal | undefined
  readonly onProgress: ((progress: Progress) => void) | undefined
}

/** What rank 0 needs of a pool on the calling thread. */
export interface Preparation {
  readonly setup: (Setup & { readonly definition: KernelDefinition }) | undefined
  /** Where it writes its trace. */
  readonly trace: SharedArrayBuffer | undefined
}

/** Runs a region on this thread, as rank 0. In the room `worker`, which this room knows only by its URL. */
export interface Caller {
  /** Before the first region: runs the pool's setup on this thread. */
  prepare(control: Control, preparation: Preparation): void
  run(
    control: Control,
    place: { readonly slot: number; readonly entry: number },
    segments: readonly Segment[],
    kernels: readonly [KernelReference, KernelDefinition][],
    onPause: () => void,
  ): void
}

const PROGRESS_EVERY_MS = 100
const SLICE_MS = 50
/** How many workers in a row may end while they start, in the place of one that died. */
const MAX_STARTS = 3
/** About what waking a parked member costs: spinning longer than that does not pay. */
const SPIN_NS = 50_000

/** The machinery under a pool: its control segment, its workers, and what waits for them. */
export class Engine {
  readonly options: ResolvedPoolOptions
  readonly control: Control
  readonly #segment: Segment
  readonly #cpus: number
  readonly #doorbell: Doorbell
  readonly #crew: Crew
  readonly #dispatcher: Dispatcher
  readonly #calls = new CallCache()
  readonly #tracer: Tracer | undefined
  readonly #observer: Observer
  #caller: Caller | undefined
  #isCallerPrepared = false
  #readyAt = 0
  #finalStats: PoolStats | undefined
  #hotTimer: NodeJS.Timeout | undefined
  #ended: Promise<void> | undefined
  #destroyed: Promise<void> | undefined
  readonly #onAbort = (): void => void this.destroy()
  #isReferenced = true
  #whenIdle: (() => void)[] = []
  readonly #whenDrained: (() => void)[] = []

  constructor(options: ResolvedPoolOptions) {
    this.options = options
    const layout = new ControlLayout(options.workers)
    this.#segment = Segment.create({ kind: 'anonymous', byteLength: layout.byteLength })
    this.control = new Control(this.#segment.buffer, options.workers)
    const { words } = this.control
    words[Header.magic] = MAGIC
    words[Header.version] = VERSION
    words[Header.size] = layout.size
    words[Header.slots] = layout.slots
    // Ranks that share a CPU would spin against each other.
    const sharesCpus = new Set(options.affinity?.flat()).size < options.workers
    this.#cpus = options.affinity !== undefined && sharesCpus ? 1 : limits().cpus
    words[Header.spinNs] = this.#spinNs(options.workers)
    words[Header.timing] = options.recordTiming || options.trace ? 1 : 0
    this.#doorbell = createDoorbell(() => this.#dispatcher.onRing())
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
  }

  get size(): number {
    return this.options.workers
  }

  /** Spinning helps only while everybody who spins has a CPU. The parent sleeps in its event loop meanwhile, and displaces a spinner when it wakes. */
  #spinNs(ranks: number): number {
    return ranks <= this.#cpus ? SPIN_NS : 0
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
    this.#doorbell.ref()
    try {
      const worker = new URL('../worker/caller.js', import.meta.url).href
      const loading = import(worker) as Promise<{ default: Caller }>
      await Promise.all(Array.from({ length: this.size }, (_, rank) => this.#crew.start(rank)))
      this.#caller = (await loading).default
      signal?.throwIfAborted()
      this.#readyAt = performance.now()
      this.#onIdle()
    } catch (error) {
      await this.destroy()
      signal?.throwIfAborted()
      throw error
    }
  }

  /** @throws ShoalError `SHOAL_POOL_CLOSED` */
  checkOpen(): void {
    if (this.#ended !== undefined) throw this.#closedError('is closed')
  }

  async region(spec: RegionSpec, watch: Watch): Promise<unknown> {
    const { opened } = spec
    try {
      const region = new Region(spec, this.#calls)
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
    return this.#perform(new Task(spec), watch)
  }

  /** Queues the work, and watches and observes it until it is settled. */
  async #perform(work: Region | Task, watch: Watch): Promise<unknown> {
    const stop = this.#watch(work, watch)
    const observation = this.#observer.begin(work)
    try {
      this.#dispatcher.submit(work)
      const result = await work.promise
      observation.end()
      return result
    } catch (error) {
      observation.fail(error)
      throw error
    } finally {
      stop()
    }
  }

  /** Before this thread takes part in its first region. */
  prepareCaller(): void {
    if (this.#isCallerPrepared) return
    const { setup } = this.options
    const trace = this.#tracer?.segment.buffer
    this.#caller!.prepare(this.control, { setup: setup && { ...setup, definition: definitionOf(setup.kernel) }, trace })
    this.#isCallerPrepared = true
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

  /**
   * A region in which this thread takes part as rank 0 and worker 0 sleeps. Blocks the event loop: deaths are read from the life words, and
   * what a dead rank had begun is done again by this thread if it can be.
   */
  regionSync(spec: RegionSpec, time: TimeLimits): unknown {
    try {
      return this.#runSync(new Region(spec, this.#calls), time)
    } finally {
      for (const segment of spec.opened?.segments ?? []) this.#crew.drop(segment.id)
      spec.opened?.close()
    }
  }

  #runSync(region: Region, time: TimeLimits): unknown {
    const { width } = region.spec
    const checkTime = this.#checkTimeOf(region, time)
    const reserved = this.#dispatcher.reserve(width, region.isSpmd)
    if (reserved === undefined) {
      throw new ShoalError(
        'SHOAL_POOL_BUSY',
        'Expected the workers of a synchronous call to be free, but they have work outstanding: await it first',
      )
    }
    clearTimeout(this.#hotTimer)
    const { slot, sequence, ranks } = reserved
    const { words, layout } = this.control
    const observation = this.#observer.begin(region)
    try {
      for (const rank of ranks) {
        this.#crew.attach(rank, region.segments)
        this.#crew.introduce(rank, region.kernels)
      }
      region.begin(this.control, slot, sequence, [0, ...ranks])
      words[layout.slot(slot) + Slot.callerWaits] = 1
      words[Header.spinNs] = this.#spinNs(width)
      for (const [rank, entry] of region.inside) if (rank !== 0) this.#crew.post(rank, slot, entry)
      this.#takePart(region, slot, checkTime)
      while (!region.isOver) this.#awaitOthers(region, slot, checkTime)
      this.#awaitLeavers(region)
      const result = region.outcome()
      observation.end()
      return result
    } catch (error) {
      observation.fail(error)
      throw error
    } finally {
      // Others may wait for the ranks that this call had.
      this.#dispatcher.dispatch()
      if (this.#dispatcher.isIdle) this.#onIdle()
    }
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
    this.#isReferenced = true
    if (!this.#dispatcher.isIdle) this.#doorbell.ref()
  }

  unref(): void {
    this.#isReferenced = false
    this.#doorbell.unref()
  }

  /** The event loop is kept alive, progress is reported, the signal is listened to, time is taken. */
  #watch(work: Region | Task, { signal, timeoutMs, graceMs, onProgress }: Watch): () => void {
    clearTimeout(this.#hotTimer)
    this.control.words[Header.spinNs] = this.#spinNs(this.size)
    if (this.#isReferenced) this.#doorbell.ref()
    let grace: NodeJS.Timeout | undefined
    const stop = (reason: unknown): void => {
      this.#dispatcher.cancel(work, reason)
      if (work instanceof Region) grace = setTimeout(() => this.#dispatcher.evict(work), graceMs)
    }
    const onAbort = (): void => stop(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(
            () =>
              stop(
                new ShoalError(work instanceof Region ? 'SHOAL_REGION_TIMEOUT' : 'SHOAL_TASK_TIMEOUT', `Not done within ${timeoutMs} ms`),
              ),
            timeoutMs,
          )
    const report = work instanceof Region && onProgress ? (): void => onProgress(work.progress()) : undefined
    const ticker = report && setInterval(report, PROGRESS_EVERY_MS)
    return () => {
      signal?.removeEventListener('abort', onAbort)
      clearTimeout(timer)
      clearTimeout(grace)
      clearInterval(ticker)
      report?.()
    }
  }

  #takePart(region: Region, slot: number, checkTime: () => void): void {
    const kernels = region.kernels.map((reference): [KernelReference, KernelDefinition] => [reference, definitionOf(reference)])
    this.#caller!.run(this.control, { slot, entry: region.inside.get(0)! }, region.segments, kernels, checkTime)
    region.leave(0)
  }

  /** For a caller whose event loop stands still: between its own chunks and while it waits, it looks at the clock itself. */
  #checkTimeOf(region: Region, { timeoutMs = Number.POSITIVE_INFINITY, graceMs }: TimeLimits): () => void {
    const endsAt = performance.now() + timeoutMs
    return () => {
      const late = performance.now() - endsAt
      if (late < 0) return
      if (!region.failed) region.fail(new ShoalError('SHOAL_REGION_TIMEOUT', `Not done within ${timeoutMs} ms`))
      if (late >= graceMs && !region.inside.has(0)) this.#dispatcher.evict(region)
    }
  }

  /** One slice; then a look at who is alive. */
  #awaitOthers(region: Region, slot: number, checkTime: () => void): void {
    const { words, layout } = this.control
    const phase = layout.slot(slot) + Slot.phase
    const seen = Atomics.load(words, phase)
    if (seen !== Phase.done) waitWhile(words, phase, seen, words[Header.spinNs]!, SLICE_MS)
    for (const rank of [...region.inside.keys()]) {
      if (Atomics.load(words, layout.rank(rank) + Rank.left) === region.sequence) region.leave(rank)
      else if (!this.#crew.isAlive(rank)) {
        region.onDeath(rank, (chunk) => {
          const range = chunk === undefined ? undefined : region.spec.opened?.rangeOf(chunk, chunk + 1)
          return new ShoalError('SHOAL_REGION_WORKER_DIED', `Worker ${rank} died in the middle of a synchronous region`, {
            rank,
            ...(range && { range }),
          })
        })
      }
    }
    if (region.wantsRank && region.hasOrphans && region.join(0) !== undefined) this.#takePart(region, slot, checkTime)
    else checkTime()
  }

  /** The slot may be used again only when everybody who was inside has said so. */
  #awaitLeavers(region: Region): void {
    const { words, layout } = this.control
    for (const rank of region.inside.keys()) {
      const left = layout.rank(rank) + Rank.left
      for (let seen = Atomics.load(words, left); seen !== region.sequence && this.#crew.isAlive(rank); seen = Atomics.load(words, left)) {
        waitWhile(words, left, seen, SPIN_NS, 1)
      }
      region.leave(rank)
    }
  }

  #onIdle(): void {
    this.#doorbell.unref()
    clearTimeout(this.#hotTimer)
    for (const resolve of this.#whenIdle.splice(0)) resolve()
    if (this.#ended !== undefined) return
    this.#hotTimer = setTimeout(() => {
      this.#calls.forget()
      this.#crew.leaveAll()
    }, this.options.hotMs)
    this.#hotTimer.unref()
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
    if (!this.#dispatcher.isIdle) await new Promise<void>((resolve) => this.#whenIdle.push(resolve))
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
    clearTimeout(this.#hotTimer)
    this.#doorbell.close()
    this.#finalStats = this.stats
    this.#segment.close()
  }

  #closedError(what: string): ShoalError {
    return new ShoalError('SHOAL_POOL_CLOSED', `The pool ${this.options.name} ${what}`)
  }
}

/** While a region uses them, segments can not be freed; where faults are to be mended, nobody else may handle them. */
function useSegments(segments: readonly Segment[]): () => void {
  if (segments.some(({ kind, access }) => kind === 'file' || access === 'readonly')) checkFaultHandlers()
  const releases = segments.map(holdSegment)
  return () => {
    for (const release of releases) release()
  }
}
