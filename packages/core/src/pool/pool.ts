import { createDoorbell, type Doorbell } from '@shoal/native'
import { expectedType, ShoalError } from '../errors/index.js'
import { limits, Segment } from '../memory/index.js'
import { Control, ControlLayout, Header, MAGIC, type RegionCall, VERSION } from '../protocol/index.js'
import { type ChunkOf, type Cuttable, type OpenedSource, open } from '../source/index.js'
import type { Context } from './context.js'
import { Crew } from './crew.js'
import { Dispatcher } from './dispatcher.js'
import { kernelReference } from './kernel-reference.js'
import type { Backend, ResolvedPoolOptions } from './options.js'
import { Region, type RegionSpec } from './region.js'
import { type RegionOptions, type ResolvedRegionOptions, resolveRegionOptions } from './region-options.js'

type AnyArgs = readonly unknown[]

export interface Args<A extends AnyArgs> {
  /** What the kernel gets after its first parameters: views over segments by reference, the rest by structured clone. */
  args?: readonly [...A]
}

/** Regions are synchronous: an async kernel does not compile; one that only throws does. */
type Sync<R> = [R] extends [never]
  ? unknown
  : R extends PromiseLike<unknown>
    ? { readonly 'async kernels are for run and broadcast': never }
    : unknown

const PROGRESS_EVERY_MS = 100
/** About what waking a parked member costs: spinning longer than that does not pay. */
const SPIN_NS = 50_000

/** Workers that run parallel regions over shared memory. Made by `createPool`. */
export class Pool implements AsyncDisposable {
  readonly size: number
  readonly backend: Backend
  readonly #options: ResolvedPoolOptions
  readonly #control: Segment
  readonly #doorbell: Doorbell
  readonly #crew: Crew
  readonly #dispatcher: Dispatcher
  #hotTimer: NodeJS.Timeout | undefined
  #ended: Promise<void> | undefined
  #destroyed: Promise<void> | undefined
  readonly #onAbort = (): void => void this.destroy()
  #whenIdle: (() => void)[] = []

  /** @internal */
  constructor(options: ResolvedPoolOptions) {
    this.#options = options
    this.size = options.workers
    this.backend = options.backend
    const layout = new ControlLayout(options.workers)
    this.#control = Segment.create({ kind: 'anonymous', byteLength: layout.byteLength })
    const control = new Control(this.#control.buffer, options.workers)
    control.words[Header.magic] = MAGIC
    control.words[Header.version] = VERSION
    control.words[Header.size] = layout.size
    control.words[Header.slots] = layout.slots
    // Spinning helps only while everybody, the parent included, has a CPU.
    control.words[Header.spinNs] = options.workers < limits().cpus ? SPIN_NS : 0
    this.#doorbell = createDoorbell(() => this.#dispatcher.onRing())
    this.#crew = new Crew(
      {
        backend: options.backend,
        words: control,
        control: this.#control,
        doorbellFd: this.#doorbell.fd,
        resourceLimits: options.resourceLimits,
        execArgv: options.execArgv,
        env: options.env,
      },
      (rank, death) => {
        this.#dispatcher.onDeath(rank, death)
        void this.#replace(rank)
      },
    )
    this.#dispatcher = new Dispatcher(control, this.#crew, () => this.#onIdle())
  }

  /** @internal Starts all workers; ends the pool again when one does not come up or its signal is aborted. */
  async start(): Promise<this> {
    const { signal } = this.#options
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    try {
      await Promise.all(Array.from({ length: this.size }, (_, rank) => this.#crew.start(rank)))
      signal?.throwIfAborted()
      return this
    } catch (error) {
      await this.destroy()
      signal?.throwIfAborted()
      throw error
    }
  }

  /**
   * Calls `kernel` on every chunk of `source`. With `combine`, partial results of neighbours are combined in index order and the one result
   * comes back; an empty source is one empty chunk then, so that there always is a result. Without, nothing comes back.
   * The cuts, and so the grouping of `combine`, do not depend on the number of workers.
   *
   * @throws ShoalError `SHOAL_REGION_WORKER_DIED`, `SHOAL_POOL_CLOSED`; what the kernel threw, the lowest chunk first.
   * @example const total = await pool.forChunks(xs, (chunk) => chunk.view.reduce((a, b) => a + b), { combine: (a, b) => a + b })
   */
  forChunks<S extends Cuttable, A extends AnyArgs, R>(
    source: S,
    kernel: ((chunk: ChunkOf<S>, ...args: A) => R) & Sync<R>,
    options: RegionOptions & Args<A> & { combine: (a: NoInfer<R>, b: NoInfer<R>) => NoInfer<R> },
  ): Promise<R>
  forChunks<S extends Cuttable, A extends AnyArgs>(
    source: S,
    kernel: (chunk: ChunkOf<S>, ...args: A) => undefined,
    options?: RegionOptions & Args<A> & { combine?: never },
  ): Promise<void>
  async forChunks(
    source: Cuttable,
    kernel: unknown,
    options: RegionOptions & Args<AnyArgs> & { combine?: unknown } = {},
  ): Promise<unknown> {
    const resolved = this.#begin(options)
    const work = {
      type: 'chunks' as const,
      kernel: kernelReference('kernel', kernel),
      combine: options.combine === undefined ? undefined : kernelReference('combine', options.combine),
    }
    const opened = openFor(source, resolved, work.combine !== undefined)
    return this.#run({ work: { ...work, source: opened.data, cutting: opened.cutting }, args: options.args ?? [] }, opened, resolved)
  }

  /**
   * Folds the chunks of each worker into one accumulator, made by `init`; then combines the accumulators in rank order.
   * Which chunks meet in an accumulator depends on timing: for sums of floats whose bits must not, use `forChunks`.
   */
  async foldChunks<S extends Cuttable, A extends AnyArgs, T>(
    source: S,
    kernel: (acc: T, chunk: ChunkOf<S>, ...args: A) => T | undefined,
    options: RegionOptions & Args<A> & { init: () => T; combine: (a: NoInfer<T>, b: NoInfer<T>) => NoInfer<T> },
  ): Promise<T> {
    const resolved = this.#begin(options)
    const work = {
      type: 'fold' as const,
      kernel: kernelReference('kernel', kernel),
      init: kernelReference('init', options.init),
      combine: kernelReference('combine', options.combine),
    }
    const opened = openFor(source, resolved, true)
    const call = { work: { ...work, source: opened.data, cutting: opened.cutting }, args: options.args ?? [] }
    return this.#run(call, opened, resolved) as Promise<T>
  }

  /** Calls `kernel` once on every rank, all at once: single program, multiple data. Returns what each returned, by rank. */
  async spmd<A extends AnyArgs, R>(
    kernel: ((ctx: Context, ...args: A) => R) & Sync<R>,
    options: RegionOptions & Args<A> = {},
  ): Promise<R[]> {
    const resolved = this.#begin(options)
    const call = { work: { type: 'spmd' as const, kernel: kernelReference('kernel', kernel) }, args: options.args ?? [] }
    return this.#run(call, undefined, resolved) as Promise<R[]>
  }

  /** Waits for what is running and queued, then ends the workers. Idempotent. */
  close(): Promise<void> {
    this.#ended ??= this.#close()
    return this.#ended
  }

  /** Ends the workers at once; calls that are running or queued reject with `SHOAL_POOL_CLOSED`. Idempotent. */
  destroy(): Promise<void> {
    if (this.#ended === undefined || !this.#dispatcher.isIdle)
      this.#abandon(this.#closedError('was destroyed while the region was running'))
    return this.#ended!
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #begin(options: RegionOptions & { args?: AnyArgs }): ResolvedRegionOptions {
    if (this.#ended !== undefined) throw this.#closedError('is closed')
    if (typeof options !== 'object' || options === null) throw expectedType('options', 'an object', options)
    if (options.args !== undefined && !Array.isArray(options.args)) throw expectedType('args', 'an array', options.args)
    const resolved = resolveRegionOptions(options, this.size)
    resolved.signal?.throwIfAborted()
    return resolved
  }

  async #run(call: RegionCall, opened: OpenedSource | undefined, options: ResolvedRegionOptions): Promise<unknown> {
    const { width, signal, onProgress } = options
    const own = opened?.segments ?? []
    try {
      const region = new Region({ call, opened, width, signal, onProgress } satisfies RegionSpec)
      const stop = this.#watch(region)
      try {
        this.#dispatcher.submit(region)
        return await region.promise
      } finally {
        stop()
      }
    } finally {
      for (const segment of own) this.#crew.drop(segment.id)
      opened?.close()
    }
  }

  /** What lasts as long as the region: the event loop is kept alive, progress is reported, the signal is listened to. */
  #watch(region: Region): () => void {
    const { signal, onProgress } = region.spec
    clearTimeout(this.#hotTimer)
    this.#doorbell.ref()
    const onAbort = (): void => this.#dispatcher.cancel(region, signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    const timer = onProgress && setInterval(() => onProgress(region.progress()), PROGRESS_EVERY_MS)
    return () => {
      signal?.removeEventListener('abort', onAbort)
      clearInterval(timer)
      onProgress?.(region.progress())
    }
  }

  #onIdle(): void {
    this.#doorbell.unref()
    clearTimeout(this.#hotTimer)
    for (const resolve of this.#whenIdle.splice(0)) resolve()
    if (this.#ended !== undefined) return
    this.#hotTimer = setTimeout(() => this.#crew.leaveAll(), this.#options.hotMs)
    this.#hotTimer.unref()
  }

  async #replace(rank: number): Promise<void> {
    if (this.#destroyed !== undefined) return
    try {
      await this.#crew.start(rank)
      this.#dispatcher.dispatch()
    } catch (error) {
      // A pool that is ending kills workers that are still starting. One that can not replace a worker is at its end.
      if (this.#ended === undefined || !this.#dispatcher.isIdle) this.#abandon(error)
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
    this.#destroyed ??= this.#crew.destroy().then(() => this.#release())
    this.#ended = this.#destroyed
    for (const resolve of this.#whenIdle.splice(0)) resolve()
  }

  #release(): void {
    this.#options.signal?.removeEventListener('abort', this.#onAbort)
    clearTimeout(this.#hotTimer)
    this.#doorbell.close()
    this.#control.close()
  }

  #closedError(what: string): ShoalError {
    return new ShoalError('SHOAL_POOL_CLOSED', `The pool ${this.#options.name} ${what}`)
  }
}

/** Opens the source; with `needsResult`, an empty one is cut into one empty chunk. */
function openFor(source: Cuttable, options: ResolvedRegionOptions, needsResult: boolean): OpenedSource {
  const opened = open(source, options)
  if (!needsResult || opened.cutting.count > 0) return opened
  return { ...opened, cutting: { ...opened.cutting, count: 1 } }
}
