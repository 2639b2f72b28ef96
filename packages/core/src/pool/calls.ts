import { requireOptions } from '../errors/index.js'
import type { Element, SharedView, ViewLike } from '../memory/index.js'
import type { ChunkOf, Cuttable } from '../source/index.js'
import { type CallOptions, checkTransfer, type ResolvedCallOptions, resolveCallOptions } from './call-options.js'
import { checkArgs } from './clone-limit.js'
import type { Context } from './context.js'
import type { Engine } from './engine.js'
import { kernelReference } from './kernel-reference.js'
import { planChunks, planFold, planForEach, planMap, planReduce, planSpmd } from './plan.js'
import { type RegionOptions, type ResolvedRegionOptions, resolveRegionOptions } from './region-options.js'
import type { RegionSpec } from './region-spec.js'
import type { Watch } from './watch.js'

type AnyArgs = readonly unknown[]
type ElementOf<S> = S extends number ? number : Element<S>

/** The arguments of a kernel. */
export interface Args<A extends AnyArgs> {
  /** What the kernel gets after its first parameters: shared memory by reference, the rest by structured clone. */
  args?: readonly [...A]
}

/** Regions are synchronous: an async kernel does not compile; one that only throws does. */
type Sync<R> = [R] extends [never]
  ? unknown
  : R extends PromiseLike<unknown>
    ? { readonly 'async kernels are for run and broadcast': never }
    : unknown

/** Its parameters take part in inference, so that a function that is given by name fits; its result does not, so that a wrong one is an error. */
type Combine<R> = (a: R, b: R) => NoInfer<R>

/**
 * The parallel calls of a pool. Kernels are self-contained functions, or functions of modules (`kernelsFrom`).
 *
 * All reject with what the kernel threw, of the lowest chunk first (`rank`, `range`, `workerStack` added, the others in `errors`), or with
 * ShoalError `SHOAL_REGION_WORKER_DIED`, `SHOAL_REGION_CHUNK_POISONOUS`, `SHOAL_REGION_TIMEOUT`, `SHOAL_POOL_CLOSED`; TypeError and
 * RangeError for misuse.
 */
export class PoolCalls {
  readonly #engine: Engine
  readonly #options: ResolvedCallOptions
  /** Whether these calls are parts of one that has begun: see `together`. */
  readonly #isPart: boolean
  #defaults: ResolvedRegionOptions | undefined

  /** @internal */
  constructor(engine: Engine, options?: CallOptions, isPart = false) {
    this.#engine = engine
    this.#isPart = isPart
    this.#options = options === undefined ? NO_OPTIONS : resolveCallOptions(options)
  }

  /** @throws ShoalError `SHOAL_POOL_CLOSED` @internal */
  checkOpen(): void {
    this.#engine.checkOpen(this.#isPart)
  }

  /**
   * Runs what makes several calls, one after the other, as one: a pool that is closed meanwhile waits for it, and takes its calls.
   *
   * @throws ShoalError `SHOAL_POOL_CLOSED`
   * @internal
   */
  async together<R>(work: (calls: PoolCalls) => Promise<R>): Promise<R> {
    this.checkOpen()
    return this.#engine.together(() => work(new PoolCalls(this.#engine, undefined, true)))
  }

  /**
   * `forChunks` of what `call` gives, planned once for calls in a row with the same `key`, which says all that the plan depends on. Nothing
   * watches the call.
   *
   * @internal
   */
  async repeat(
    key: readonly unknown[],
    call: () => readonly [source: unknown, kernel: unknown, options: RegionOptions & Args<AnyArgs> & { combine?: unknown }],
  ): Promise<unknown> {
    this.checkOpen()
    const spec = this.#engine.plans.of(key, () => {
      const [source, kernel, options] = call()
      return planChunks(source, kernel, resolveRegionOptions(options, this.#engine.size), checkArgs(options.args), options)
    })
    return this.#engine.runner.region(spec, UNWATCHED)
  }

  /**
   * `map` into `mask`: 1 for each element for which `kernel` gives what is true in a condition, else 0.
   *
   * @internal
   */
  async mark(source: ViewLike, kernel: unknown, mask: Uint8Array<SharedArrayBuffer>, options: RegionOptions): Promise<void> {
    await this.#region(options, (resolved, args) => planMap(source, kernel, resolved, args, mask, true).spec)
  }

  /** Calls `kernel`, which may be async, once on a free worker. Calls that find none wait their turn. */
  run<A extends AnyArgs, R>(kernel: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
    try {
      return this.#beginTasks(kernel, args, ANY_RANK)[0] as Promise<Awaited<R>>
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Calls `kernel`, which may be async, once on every worker; returns what each returned, by rank. */
  async broadcast<A extends AnyArgs, R>(kernel: (...args: A) => R, ...args: A): Promise<Awaited<R>[]> {
    const ranks = Array.from({ length: this.#engine.size }, (_, rank) => rank)
    // All together: a kernel that is to run once on every worker does not run on a part of them.
    const calls = this.#beginTasks(kernel, args, ranks)
    return (await Promise.all(calls)) as Awaited<R>[]
  }

  /**
   * Calls `kernel` on every chunk of `source`. With `combine`, partial results of neighbours are combined in index order and the one result
   * comes back; an empty source is one empty chunk then, so that there always is a result. Without, nothing comes back.
   * The cuts, and so the grouping of `combine`, do not depend on the number of workers.
   *
   * @example const total = await pool.forChunks(xs, (chunk) => chunk.view.reduce((a, b) => a + b, 0), { combine: (a, b) => a + b })
   */
  forChunks<S extends Cuttable, A extends AnyArgs, R>(
    source: S,
    kernel: ((chunk: ChunkOf<S>, ...args: A) => R) & Sync<R>,
    options: RegionOptions & Args<A> & { combine: Combine<R> },
  ): Promise<R>
  forChunks<S extends Cuttable, A extends AnyArgs>(
    source: S,
    kernel: (chunk: ChunkOf<S>, ...args: A) => undefined,
    options?: RegionOptions & Args<A> & { combine?: never },
  ): Promise<void>
  forChunks(source: Cuttable, kernel: unknown, options: RegionOptions & Args<AnyArgs> & { combine?: unknown } = NONE): Promise<unknown> {
    return this.#region(options, (resolved, args) => planChunks(source, kernel, resolved, args, options))
  }

  /** `forChunks` with this thread as rank 0; blocks until it is done. */
  forChunksSync<S extends Cuttable, A extends AnyArgs, R>(
    source: S,
    kernel: ((chunk: ChunkOf<S>, ...args: A) => R) & Sync<R>,
    options: RegionOptions & Args<A> & { combine: Combine<R> },
  ): R
  forChunksSync<S extends Cuttable, A extends AnyArgs>(
    source: S,
    kernel: (chunk: ChunkOf<S>, ...args: A) => undefined,
    options?: RegionOptions & Args<A> & { combine?: never },
  ): void
  forChunksSync(source: Cuttable, kernel: unknown, options: RegionOptions & Args<AnyArgs> & { combine?: unknown } = NONE): unknown {
    return this.#regionSync(options, (resolved, args) => planChunks(source, kernel, resolved, args, options))
  }

  /**
   * Folds the chunks of each worker into one accumulator, made by `init`; then combines the accumulators in rank order.
   * Which chunks meet in an accumulator depends on timing: for sums of floats whose bits must not, use `forChunks`.
   */
  foldChunks<S extends Cuttable, A extends AnyArgs, T>(
    source: S,
    kernel: (acc: T, chunk: ChunkOf<S>, ...args: A) => T | undefined,
    options: RegionOptions & Args<A> & { init: () => T; combine: Combine<T> },
  ): Promise<T> {
    return this.#region(options, (resolved, args) => planFold(source, kernel, resolved, args, options)) as Promise<T>
  }

  /** `foldChunks` with this thread as rank 0; blocks until it is done. */
  foldChunksSync<S extends Cuttable, A extends AnyArgs, T>(
    source: S,
    kernel: (acc: T, chunk: ChunkOf<S>, ...args: A) => T | undefined,
    options: RegionOptions & Args<A> & { init: () => T; combine: Combine<T> },
  ): T {
    return this.#regionSync(options, (resolved, args) => planFold(source, kernel, resolved, args, options)) as T
  }

  /** Calls `kernel` with every element and its index. */
  forEach<S extends ViewLike | number, A extends AnyArgs>(
    source: S,
    kernel: (x: ElementOf<S>, i: number, ...args: A) => void,
    options: RegionOptions & Args<A> = NONE,
  ): Promise<void> {
    return this.#region(options, (resolved, args) => planForEach(source, kernel, resolved, args)) as Promise<void>
  }

  /** `forEach` with this thread as rank 0; blocks until it is done. */
  forEachSync<S extends ViewLike | number, A extends AnyArgs>(
    source: S,
    kernel: (x: ElementOf<S>, i: number, ...args: A) => void,
    options: RegionOptions & Args<A> = NONE,
  ): void {
    this.#regionSync(options, (resolved, args) => planForEach(source, kernel, resolved, args))
  }

  /** Stores `kernel(x, i)` for every element into `into`, or into a new view. In place: `{ into: source }`. */
  map<S extends ViewLike, A extends AnyArgs, D extends SharedView>(
    source: S,
    kernel: (x: ElementOf<S>, i: number, ...args: A) => Element<D>,
    options: RegionOptions & Args<A> & { into: D },
  ): Promise<D>
  map<S extends SharedView, A extends AnyArgs>(
    source: S,
    kernel: (x: Element<S>, i: number, ...args: A) => Element<S>,
    options?: RegionOptions & Args<A> & { into?: never },
  ): Promise<S>
  async map(source: unknown, kernel: unknown, options: RegionOptions & Args<AnyArgs> & { into?: SharedView } = NONE): Promise<unknown> {
    let into: SharedView | undefined
    await this.#region(options, (resolved, args) => {
      const planned = planMap(source, kernel, resolved, args, options.into)
      into = planned.into
      return planned.spec
    })
    return into
  }

  /** `map` with this thread as rank 0; blocks until it is done. */
  mapSync<S extends ViewLike, A extends AnyArgs, D extends SharedView>(
    source: S,
    kernel: (x: ElementOf<S>, i: number, ...args: A) => Element<D>,
    options: RegionOptions & Args<A> & { into: D },
  ): D
  mapSync<S extends SharedView, A extends AnyArgs>(
    source: S,
    kernel: (x: Element<S>, i: number, ...args: A) => Element<S>,
    options?: RegionOptions & Args<A> & { into?: never },
  ): S
  mapSync(source: unknown, kernel: unknown, options: RegionOptions & Args<AnyArgs> & { into?: SharedView } = NONE): unknown {
    let into: SharedView | undefined
    this.#regionSync(options, (resolved, args) => {
      const planned = planMap(source, kernel, resolved, args, options.into)
      into = planned.into
      return planned.spec
    })
    return into
  }

  /** Folds the elements of each chunk, from `identity` on, and combines neighbours in index order. `identity` is cloned, or made by a function. */
  reduce<S extends ViewLike | number, A extends AnyArgs, T>(
    source: S,
    kernel: (acc: T, x: ElementOf<S>, i: number, ...args: A) => T,
    options: RegionOptions & Args<A> & { identity: T | (() => T); combine: Combine<T> },
  ): Promise<T> {
    return this.#region(options, (resolved, args) => planReduce(source, kernel, resolved, args, options)) as Promise<T>
  }

  /** `reduce` with this thread as rank 0; blocks until it is done. */
  reduceSync<S extends ViewLike | number, A extends AnyArgs, T>(
    source: S,
    kernel: (acc: T, x: ElementOf<S>, i: number, ...args: A) => T,
    options: RegionOptions & Args<A> & { identity: T | (() => T); combine: Combine<T> },
  ): T {
    return this.#regionSync(options, (resolved, args) => planReduce(source, kernel, resolved, args, options)) as T
  }

  /** Calls `kernel` once on every rank, all at once: single program, multiple data. Returns what each returned, by rank. */
  spmd<A extends AnyArgs, R>(kernel: ((ctx: Context, ...args: A) => R) & Sync<R>, options: RegionOptions & Args<A> = NONE): Promise<R[]> {
    return this.#region(options, (resolved, args) => this.#planSpmd(kernel, resolved, args, options)) as Promise<R[]>
  }

  /** `spmd` with this thread as rank 0; blocks until it is done. */
  spmdSync<A extends AnyArgs, R>(kernel: ((ctx: Context, ...args: A) => R) & Sync<R>, options: RegionOptions & Args<A> = NONE): R[] {
    return this.#regionSync(options, (resolved, args) => this.#planSpmd(kernel, resolved, args, options)) as R[]
  }

  /** Equal calls in a row are planned once; what their arguments hold is looked at each time they are packed. */
  #planSpmd(kernel: unknown, resolved: ResolvedRegionOptions, given: AnyArgs, options: object): RegionSpec {
    const { around } = options as { around?: unknown }
    const { plans } = this.#engine
    const call = {
      kernel: plans.referenceOf(kernel),
      around: around === undefined ? undefined : kernelReference('around', around),
      options: resolved,
      args: given,
    }
    // The array is the program's, which may change it.
    return plans.ofSpmd(call, () => planSpmd(kernel, resolved, [...given], { around }))
  }

  /** No async function: to await the region here as well takes a part of the time that a short one does. */
  #region(options: RegionOptions & Args<AnyArgs>, plan: (resolved: ResolvedRegionOptions, args: AnyArgs) => RegionSpec): Promise<unknown> {
    try {
      this.checkOpen()
      const resolved = this.#resolve(options)
      return this.#engine.runner.region(plan(resolved, checkArgs(options.args)), resolved)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #regionSync(options: RegionOptions & Args<AnyArgs>, plan: (resolved: ResolvedRegionOptions, args: AnyArgs) => RegionSpec): unknown {
    this.checkOpen()
    this.#engine.runner.prepareCaller()
    const resolved = this.#resolve(options)
    return this.#engine.runner.regionSync(plan(resolved, checkArgs(options.args)), resolved)
  }

  /** What the call itself says goes before what `with` was given. Where neither says anything, as mostly, that is resolved once. */
  #resolve(options: RegionOptions): ResolvedRegionOptions {
    const { size } = this.#engine
    if (this.#options !== NO_OPTIONS) return resolveRegionOptions(withDefaults(options, this.#options), size)
    if (options !== NONE) return resolveRegionOptions(options, size)
    this.#defaults ??= resolveRegionOptions(NONE, size)
    return this.#defaults
  }

  /** One task a rank. */
  #beginTasks(kernel: unknown, args: AnyArgs, ranks: readonly (number | undefined)[]): Promise<unknown>[] {
    this.checkOpen()
    const { signal, timeoutMs, priority, transfer } = this.#options
    checkTransfer(transfer, ranks.length)
    signal?.throwIfAborted()
    const watch: Watch = { signal, timeoutMs, graceMs: 0, onProgress: undefined }
    const { runner, options } = this.#engine
    const { backend } = options
    const reference = kernelReference('kernel', kernel)
    // Written out: to spread an object here, and to read what comes of it, took a twentieth of a task.
    const specs = ranks.map((rank) => ({ kernel: reference, args, transfer, priority, rank, backend }))
    return runner.tasks(specs, watch)
  }
}

const ANY_RANK = Object.freeze([undefined])
const NONE = Object.freeze({})
const NO_OPTIONS: ResolvedCallOptions = Object.freeze(resolveCallOptions({}))
const UNWATCHED: Watch = Object.freeze({ signal: undefined, timeoutMs: undefined, graceMs: 0, onProgress: undefined })

/** An option that is undefined says nothing. */
function withDefaults(options: RegionOptions, defaults: ResolvedCallOptions): RegionOptions {
  requireOptions(options)
  const { signal = defaults.signal, timeoutMs = defaults.timeoutMs } = options
  return { ...options, ...(signal !== undefined && { signal }), ...(timeoutMs !== undefined && { timeoutMs }) }
}
