import { checkFunction, expectedRange, expectedType, requireOptions } from '../errors/index.js'
import {
  argMaxOf,
  argMinOf,
  type Comparison,
  countOf,
  describeCondition,
  dotOf,
  maxOf,
  meanOf,
  minMaxOf,
  minOf,
  normOf,
  type Reduction,
  sumOf,
  varianceOf,
} from '../kernels/index.js'
import type { Element, SharedView, TypedArray, ViewLike } from '../memory/index.js'
import type { ReduceOp } from '../protocol/index.js'
import { type Part, partition, type Schedule } from '../schedule/index.js'
import { type ChunkOf, open, openReader } from '../source/index.js'
import type { Barrier } from '../sync/index.js'
import { ChunkLoops, Collectives, CriticalSection, Exchange, LoopProgress, Runner, type ViewReduction } from './collectives/index.js'
import { checkedView, reduceTogether } from './reduce-together.js'
import type { Region } from './region.js'

type Reducible = number | bigint | TypedArray
type Reduced<T> = T extends number ? number : T extends bigint ? bigint : T

/** The context of one rank in one `spmd` region: what the interface `Context` promises to kernels. */
export class RegionContext {
  readonly rank: number
  readonly size: number
  readonly local: unknown
  readonly #region: Region
  readonly #barrier: Barrier
  readonly #progress: LoopProgress
  #exchange: Exchange | undefined
  #collectives: Collectives | undefined
  #criticalSection: CriticalSection | undefined
  #loops: ChunkLoops | undefined

  constructor(region: Region, barrier: Barrier) {
    this.rank = region.seat
    this.size = region.width
    this.local = region.member.local
    this.#region = region
    this.#barrier = barrier
    this.#progress = new LoopProgress(region)
  }

  get aborted(): boolean {
    this.#checkInside()
    return this.#region.cancelled || this.#region.failed
  }

  barrier(): boolean {
    this.#checkInside()
    return this.#steps().barrier()
  }

  bcast<T>(value: T, root = 0): T {
    return this.#together().bcast(value, root) as T
  }

  single<T>(fn: () => T): T {
    checkFunction('fn', fn)
    return this.#together().single(fn) as T
  }

  gather<T>(value: T, root = 0): T[] | undefined {
    return this.#together().gather(value, root) as T[] | undefined
  }

  allGather<T>(value: T): T[] {
    return this.#together().allGather(value) as T[]
  }

  scatter<T>(values: readonly T[] | undefined, root = 0): T {
    return this.#together().scatter(values, root) as T
  }

  reduce<T extends Reducible>(value: T, op: ReduceOp, root = 0): T | undefined {
    return this.#together().reduce(value, op, root) as T | undefined
  }

  allReduce<T extends Reducible>(value: T, op: ReduceOp): Reduced<T>
  allReduce<T>(value: T, op: (a: NoInfer<T>, b: NoInfer<T>) => NoInfer<T>): T
  allReduce(value: unknown, op: unknown): unknown {
    return this.#together().allReduce(value, op)
  }

  scan(value: number, op: ReduceOp = 'sum'): number {
    return this.#together().scan(value, op)
  }

  exscan(value: number, op: ReduceOp = 'sum'): number {
    return this.#together().exscan(value, op)
  }

  exclusive<T>(fn: () => T): T {
    checkFunction('fn', fn)
    this.#checkInside()
    this.#criticalSection ??= new CriticalSection(this.#region, this.#steps())
    return this.#criticalSection.run(fn)
  }

  partition<V extends ViewLike>(view: V, options?: { unit?: number }): Part & { readonly view: V }
  partition(length: number, options?: { unit?: number }): Part
  partition(source: SharedView | number, options: { unit?: number } = {}): Part & { view?: unknown } {
    checkCuttable(source)
    requireOptions(options)
    this.#checkInside()
    const length = typeof source === 'number' ? source : source.length
    if (!Number.isSafeInteger(length) || length < 0) throw expectedType('source', 'a shared view or a length', source)
    const part = partition(length, this.rank, this.size, options.unit)
    return typeof source === 'number' ? part : { ...part, view: source.subarray(part.start, part.end) }
  }

  chunks<S extends ViewLike | number>(
    source: S,
    options: { schedule?: Schedule; chunkLength?: number; unit?: number } = {},
  ): IterableIterator<ChunkOf<S>> {
    checkCuttable(source)
    requireOptions(options)
    this.#checkInside()
    const { data, cutting } = open(source, { ...options, width: this.size })
    const { rank, size, local } = this
    // A reader moves its one chunk; whoever collects chunks from an iterator expects each to stay what it was.
    const read = (index: number): ChunkOf<S> => {
      this.#checkInside()
      return openReader(data, cutting, rank, local).read(index) as ChunkOf<S>
    }
    this.#loops ??= new ChunkLoops(this.#region, this.#steps())
    return options.schedule === 'static' ? everyNth(rank, cutting.count, size, read) : this.#loops.claim(cutting, read)
  }

  sum<V extends ViewLike>(xs: V, options: { compensated?: boolean } = {}): Element<V> {
    requireOptions(options)
    return this.#reduceView('sum', xs, (view) => sumOf(view, options), { isCompensated: options.compensated === true }) as Element<V>
  }

  mean(xs: ViewLike): number {
    return this.#reduceView('mean', xs, meanOf) as number
  }

  variance(xs: ViewLike, options: { ddof?: 0 | 1 } = {}): number {
    requireOptions(options)
    const { ddof = 0 } = options
    return this.#reduceView('variance', xs, (view) => varianceOf(view, { ddof }), { options: ddof === 0 ? '' : `ddof ${ddof}` }) as number
  }

  min<V extends ViewLike>(xs: V): Element<V> {
    return this.#reduceView('min', xs, minOf) as Element<V>
  }

  max<V extends ViewLike>(xs: V): Element<V> {
    return this.#reduceView('max', xs, maxOf) as Element<V>
  }

  minMax<V extends ViewLike>(xs: V): { min: Element<V>; max: Element<V> } {
    return this.#reduceView('minMax', xs, minMaxOf) as { min: Element<V>; max: Element<V> }
  }

  argMin(xs: ViewLike): number {
    return this.#reduceView('argMin', xs, argMinOf) as number
  }

  argMax(xs: ViewLike): number {
    return this.#reduceView('argMax', xs, argMaxOf) as number
  }

  dot<V extends ViewLike>(xs: V, ys: V): Element<V> {
    const other = checkedView('ys', ys)
    return this.#reduceView('dot', xs, (view) => dotOf(view, other), { other }) as Element<V>
  }

  norm(xs: ViewLike): number {
    return this.#reduceView('norm', xs, normOf) as number
  }

  count<V extends ViewLike>(xs: V, where: Element<V> | Comparison<Element<V>>): number {
    return this.#reduceView('count', xs, (view) => countOf(view, where), { options: describeCondition(where) }) as number
  }

  progress(n: number): void {
    this.#checkInside()
    if (typeof n !== 'number') throw expectedType('n', 'a number', n)
    if (!(n >= 0 && n < Number.POSITIVE_INFINITY)) throw expectedRange('n', 'a finite number from 0', n)
    this.#region.advance(n, 0)
  }

  /** To be called when the kernel has returned. @internal */
  leave(): void {
    this.#progress.leave()
  }

  #reduceView(
    name: ViewReduction['name'],
    xs: unknown,
    reductionOf: (view: TypedArray) => Reduction,
    agreed: ViewReduction['agreed'] = {},
  ): unknown {
    const together = this.#together()
    const view = checkedView('xs', xs)
    return reduceTogether(this, view, reductionOf(view), (part) => together.partsOf({ name, view, agreed }, part))
  }

  #together(): Collectives {
    this.#checkInside()
    this.#collectives ??= new Collectives(this.#steps(), new Runner(this.#region), (ids) =>
      this.#region.member.attachments.takeReturned(ids),
    )
    return this.#collectives
  }

  /** Made when it is needed: a kernel may have nothing to say to the other ranks. */
  #steps(): Exchange {
    this.#exchange ??= new Exchange(this.#region, this.#barrier, this.#progress)
    return this.#exchange
  }

  #checkInside(): void {
    this.#progress.checkInside()
  }
}

function checkCuttable(source: unknown): void {
  const isView = ArrayBuffer.isView(source) && !(source instanceof DataView)
  if (typeof source !== 'number' && !isView) throw expectedType('source', 'a shared view or a length', source)
}

function* everyNth<C>(first: number, count: number, step: number, read: (index: number) => C): Generator<C, void, undefined> {
  for (let index = first; index < count; index += step) yield read(index)
}
