/** @ts-expect-error */
type KnownFloat16Array<B extends ArrayBufferLike> = Float16Array<B>
/** `Float16Array` where the lib that a program is compiled with has it. */
type Float16View<B extends ArrayBufferLike> = typeof globalThis extends { Float16Array: unknown } ? KnownFloat16Array<B> : never

interface ViewTypes<B extends ArrayBufferLike> {
  Int8Array: Int8Array<B>
  Uint8Array: Uint8Array<B>
  Uint8ClampedArray: Uint8ClampedArray<B>
  Int16Array: Int16Array<B>
  Uint16Array: Uint16Array<B>
  Int32Array: Int32Array<B>
  Uint32Array: Uint32Array<B>
  Float16Array: Float16View<B>
  Float32Array: Float32Array<B>
  Float64Array: Float64Array<B>
  BigInt64Array: BigInt64Array<B>
  BigUint64Array: BigUint64Array<B>
}

/** Any typed array; over shared memory only as `TypedArray<SharedArrayBuffer>`. */
export type TypedArray<B extends ArrayBufferLike = ArrayBufferLike> = ViewTypes<B>[keyof ViewTypes<B>]

/** A typed array over a segment. */
export type SharedView = TypedArray<SharedArrayBuffer>

/** A shared view whose elements are numbers. */
export type NumberView = Exclude<SharedView, BigInt64Array<SharedArrayBuffer> | BigUint64Array<SharedArrayBuffer>>

/** Positions in another view. */
export type IndexView = Uint32Array<SharedArrayBuffer>

/** `number`, or `bigint` for the two BigInt views. Distributive, so unions of views give `number | bigint`. */
export type Element<V> = V extends { readonly [i: number]: infer E extends number | bigint } ? E : never

/** A typed-array constructor, told apart by name: inference through the overloaded constructors picks the wrong signature. */
export interface ViewConstructor<N extends keyof ViewTypes<ArrayBufferLike> = keyof ViewTypes<ArrayBufferLike>> {
  readonly name: string
  readonly BYTES_PER_ELEMENT: number
  readonly prototype: ViewTypes<ArrayBufferLike>[N]
}

/** `typeof Float64Array` → `Float64Array<SharedArrayBuffer>` */
export type SharedOf<C extends ViewConstructor> = C extends { prototype: infer P } ? Shared<P> : never

/** `Float64Array` → `Float64Array<SharedArrayBuffer>` */
export type Shared<P> = P extends { readonly [Symbol.toStringTag]: infer N extends keyof ViewTypes<SharedArrayBuffer> }
  ? ViewTypes<SharedArrayBuffer>[N]
  : never

/** What algorithms make without a pool: `Float64Array<SharedArrayBuffer>`, readonly or not → `Float64Array<ArrayBuffer>` */
export type Unshared<P> = P extends { readonly [Symbol.toStringTag]: infer N extends keyof ViewTypes<ArrayBuffer> }
  ? ViewTypes<ArrayBuffer>[N]
  : never

type Mutators = 'set' | 'fill' | 'sort' | 'reverse' | 'copyWithin' | 'subarray'

/** What a readonly segment hands out: a store does not compile. */
export type ReadonlyView<V extends SharedView = SharedView> = V extends SharedView
  ? Omit<V, Mutators | number> & {
      readonly [i: number]: Element<V>
      subarray(begin?: number, end?: number): ReadonlyView<V>
      [Symbol.iterator](): ArrayIterator<Element<V>>
    }
  : never

/** A view to read from. */
export type ViewLike = SharedView | ReadonlyView
