import type { CallOptions } from './call-options.js'
import { PoolCalls } from './calls.js'
import { Engine } from './engine.js'
import type { Backend, ResolvedPoolOptions } from './options.js'
import type { PoolStats } from './stats.js'
import type { Trace } from './tracer.js'

/** Workers that run tasks and parallel regions over shared memory. Made by `createPool`. */
export class Pool extends PoolCalls implements AsyncDisposable {
  readonly size: number
  readonly backend: Backend
  readonly #engine: Engine

  /** @internal */
  constructor(options: ResolvedPoolOptions) {
    const engine = new Engine(options)
    super(engine)
    this.#engine = engine
    this.size = options.workers
    this.backend = options.backend
  }

  /** @internal */
  async start(): Promise<this> {
    await this.#engine.start()
    return this
  }

  /**
   * The same calls with options of their own: `pool.with({ signal, timeoutMs }).run(kernel, a, b)`.
   *
   * @throws TypeError, RangeError for options that are none
   */
  with(options: CallOptions): PoolCalls {
    return new PoolCalls(this.#engine, options)
  }

  /** How many tasks wait for a worker. */
  get queueSize(): number {
    return this.#engine.queueSize
  }

  /** Whether the next `run` would be refused: `maxQueue` tasks wait, and it would have to wait too. */
  get needsDrain(): boolean {
    return this.#engine.backpressure.needsDrain
  }

  /**
   * Resolves when the next `run` would not be refused: at once, or when one of the tasks that wait has got a worker. Whoever else waits for it
   * may be faster, so look again.
   *
   * @example
   * for await (const upload of uploads) {
   *   while (pool.needsDrain) await pool.drained()
   *   void pool.run(resize, upload).then(store)
   * }
   */
  drained(): Promise<void> {
    return this.#engine.backpressure.drained()
  }

  /**
   * What the pool has done so far: calls, and by rank regions, tasks, chunks and how much of their sources; with `recordTiming` also how long
   * calls have waited and run, as histograms, and how long each rank was busy.
   *
   * @example
   * const { regions, ranks } = pool.stats()
   * console.log(`99 of 100 regions took at most ${regions.runTime!.percentile(99) / 1e6} ms`)
   */
  stats(): PoolStats {
    return this.#engine.stats
  }

  /**
   * What a pool made with `trace: true` has recorded, as the JSON object that ui.perfetto.dev and chrome://tracing open: each call from when it
   * was made to its end; each rank in each region, with the chunks that it claimed together; tasks. At any time, after `close()` too.
   *
   * @throws TypeError when the pool keeps no trace
   * @example writeFileSync('trace.json', JSON.stringify(pool.trace()))
   */
  trace(): Trace {
    return this.#engine.trace()
  }

  /** Waits for what is running and queued, algorithms and jobs to their end, then ends the workers. Idempotent. */
  close(): Promise<void> {
    return this.#engine.close()
  }

  /**
   * Ends the workers at once; calls that are running or queued reject with `SHOAL_POOL_CLOSED`. Resolves when the workers are gone: until then
   * they may still store into views. Idempotent.
   */
  destroy(): Promise<void> {
    return this.#engine.destroy()
  }

  /** Calls that are pending keep the process alive: the default. */
  ref(): this {
    this.#engine.ref()
    return this
  }

  /** Calls that are pending do not keep the process alive. */
  unref(): this {
    this.#engine.unref()
    return this
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
