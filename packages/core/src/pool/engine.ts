import { createDoorbell, type Doorbell } from '@shoal/native'
import { ShoalError } from '../errors/index.js'
import { createSparse, type Segment } from '../memory/index.js'
import { Control, ControlLayout, Header, MAGIC, VERSION } from '../protocol/index.js'
import { now, onAbort } from '../sync/index.js'
import { Backpressure } from './backpressure.js'
import { Cooling } from './cooling.js'
import { Crew } from './crew.js'
import { Dispatcher } from './dispatcher.js'
import { EventLoopHold } from './event-loop-hold.js'
import { Observer } from './observer.js'
import type { ResolvedPoolOptions } from './options.js'
import { warmUpParser } from './parse-kernel.js'
import { PlanCache } from './plan-cache.js'
import { Runner } from './runner.js'
import { Spinning } from './spinning.js'
import { type PoolStats, rankStats } from './stats.js'
import { type Trace, Tracer } from './tracer.js'

/** How many workers in a row may end while they start, in the place of one that died. */
const MAX_STARTS = 3

/** The machinery under a pool: its parts, and its life from the start of its workers to their end. */
export class Engine {
  readonly options: ResolvedPoolOptions
  readonly control: Control
  readonly plans = new PlanCache()
  readonly backpressure: Backpressure
  readonly runner: Runner
  readonly #segment: Segment
  readonly #doorbell: Doorbell
  readonly #crew: Crew
  readonly #dispatcher: Dispatcher
  readonly #tracer: Tracer | undefined
  readonly #observer: Observer
  readonly #spinning: Spinning
  readonly #hold: EventLoopHold
  readonly #cooling: Cooling
  #readyAt = 0
  #finalStats: PoolStats | undefined
  #ended: Promise<void> | undefined
  #destroyed: Promise<void> | undefined
  /** Why what was under way was given up. */
  #abandoned: { readonly reason: unknown } | undefined
  /** The worker that could not be replaced, if that has ended the pool. */
  #broken: { readonly rank: number; readonly cause: unknown } | undefined
  #stopListening: (() => void) | undefined
  #whenIdle: (() => void)[] = []
  /** Calls of several regions that are under way: between two regions the workers have nothing to do. */
  #together = 0

  constructor(options: ResolvedPoolOptions) {
    this.options = options
    const layout = new ControlLayout(options.workers)
    this.#segment = createSparse(layout.byteLength)
    this.control = new Control(this.#segment.buffer, options.workers)
    const { words } = this.control
    words[Header.magic] = MAGIC
    words[Header.version] = VERSION
    words[Header.size] = layout.size
    words[Header.slots] = layout.slots
    this.#spinning = new Spinning(this.control, options)
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
      () => this.backpressure.onDispatched(),
    )
    this.backpressure = new Backpressure(this.#dispatcher, options)
    this.runner = new Runner({
      options,
      control: this.control,
      crew: this.#crew,
      dispatcher: this.#dispatcher,
      backpressure: this.backpressure,
      observer: this.#observer,
      spinning: this.#spinning,
      hold: this.#hold,
      trace: this.#tracer?.segment.buffer,
      onIdle: () => this.#onIdle(),
    })
    const isIdle = (): boolean => this.#dispatcher.isIdle
    this.#cooling = new Cooling(options.hotMs, isIdle, () => this.#coolDown())
  }

  get size(): number {
    return this.options.workers
  }

  get queueSize(): number {
    return this.#dispatcher.queueSize
  }

  /** Starts all workers; ends them again when one does not come up, or the pool's signal is aborted. */
  async start(): Promise<void> {
    const { signal } = this.options
    this.#stopListening = signal && onAbort(signal, () => void this.destroy())
    // A worker that is being set up does not keep the event loop alive by itself.
    this.#hold.take()
    try {
      const starting = Promise.all(Array.from({ length: this.size }, (_, rank) => this.#crew.start(rank)))
      // This thread has nothing else to do until they are there. Without a CPU of its own it would only make them wait.
      if (this.#spinning.hasCpuToSpare) warmUpParser()
      await starting
      signal?.throwIfAborted()
      this.#readyAt = now()
      this.#onIdle()
    } catch (error) {
      await this.destroy()
      signal?.throwIfAborted()
      throw error
    }
  }

  /** @throws ShoalError `SHOAL_POOL_CLOSED`; `SHOAL_POOL_NESTED` in a kernel that this thread runs for a synchronous call. */
  checkOpen(isPart = false): void {
    if (isPart && this.#abandoned !== undefined) throw this.#abandoned.reason
    if (!isPart && this.#ended !== undefined) throw this.#endedError()
    if (!this.runner.isInSync) return
    throw new ShoalError(
      'SHOAL_POOL_NESTED',
      `Expected no call on the pool ${this.options.name} before its synchronous call has returned: kernels, and onProgress of such a call, make none`,
    )
  }

  get stats(): PoolStats {
    if (this.#finalStats !== undefined) return this.#finalStats
    const elapsedMs = now() - this.#readyAt
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
    if (this.#ended === undefined || !this.#isIdle() || this.runner.isInSync) {
      this.#abandon(this.#closedError('was destroyed while this was running or waiting: close() waits for what has begun'))
    } else {
      // close() may be waiting for a worker to leave its loop.
      void this.#crew.destroy()
    }
    return this.#ended!
  }

  ref(): void {
    this.#hold.ref(!this.#dispatcher.isIdle)
  }

  unref(): void {
    this.#hold.unref()
  }

  /** Runs `work`, whose calls are parts of one: `close()` waits for it, and lets it make them. */
  async together<R>(work: () => Promise<R>): Promise<R> {
    this.#together++
    try {
      return await work()
    } finally {
      this.#together--
      if (this.#destroyed === undefined && this.#isIdle()) this.#onIdle()
    }
  }

  #isIdle(): boolean {
    return this.#dispatcher.isIdle && this.#together === 0
  }

  #onIdle(): void {
    this.#hold.letGo()
    if (this.#whenIdle.length > 0 && this.#isIdle()) for (const resolve of this.#whenIdle.splice(0)) resolve()
    if (this.#ended === undefined) this.#cooling.begin()
  }

  /** The members leave their loops. */
  #coolDown(): void {
    this.runner.forget()
    this.plans.forget()
    this.#crew.leaveAll()
  }

  /** What ended the worker may end the next one while it starts: only a pool that can not replace it repeatedly is at its end. */
  async #replace(rank: number): Promise<void> {
    for (let attempt = 1; this.#destroyed === undefined; attempt++) {
      try {
        await this.#crew.start(rank)
      } catch (error) {
        // A pool that is ending kills workers that are still starting.
        if (this.#ended !== undefined && this.#isIdle()) return
        if (attempt === MAX_STARTS) {
          this.#broken = { rank, cause: error }
          this.#abandon(error)
        }
        continue
      }
      this.#dispatcher.dispatch()
      return
    }
  }

  async #close(): Promise<void> {
    if (!this.#isIdle() || this.runner.isInSync) await new Promise<void>((resolve) => this.#whenIdle.push(resolve))
    // What it waited for has been given up by destroy().
    if (this.#destroyed !== undefined) return this.#destroyed
    await this.#crew.close()
    this.#release()
  }

  #abandon(reason: unknown): void {
    this.#abandoned ??= { reason }
    this.#dispatcher.abandon(reason)
    this.runner.abandon(reason)
    this.backpressure.onDispatched()
    this.#destroyed ??= this.#crew.destroy().then(() => this.#release())
    this.#ended = this.#destroyed
    for (const resolve of this.#whenIdle.splice(0)) resolve()
  }

  #release(): void {
    this.#stopListening?.()
    this.#cooling.end()
    this.#hold.end()
    this.#doorbell.close()
    this.runner.forget()
    this.plans.forget()
    this.#finalStats = this.stats
    this.#segment.close()
  }

  #endedError(): ShoalError {
    if (this.#broken === undefined) return this.#closedError('is closed: make the call before close() or destroy(), or create another pool')
    const { rank, cause } = this.#broken
    const what = `has ended, since worker ${rank} died and ${MAX_STARTS} in its place did not come up: see cause, and create another pool`
    return this.#closedError(what, { cause, rank })
  }

  #closedError(what: string, details?: { readonly cause: unknown; readonly rank: number }): ShoalError {
    return new ShoalError('SHOAL_POOL_CLOSED', `The pool ${this.options.name} ${what}`, details)
  }
}
