import { expectedRange, expectedType, InWords } from '../errors/index.js'
import { typeNameOf } from '../kernels/index.js'
import {
  allocate,
  checkViewConstructor,
  overlap,
  type SharedView,
  type TypedArray,
  type ViewConstructor,
  type ViewLike,
} from '../memory/index.js'
import { checkShared, checkView, checkWritable } from './check-view.js'
import type { InPlaceOptions } from './options.js'

/** Where the results of an algorithm go. */
export interface IntoOptions<V extends TypedArray = SharedView> extends InPlaceOptions {
  /** Where the results go: a view as long as the source, which it is or does not overlap. Default a new one. In place is `{ into: xs }`. */
  into?: V
}

/** What has no `into`: the results go to a new view. */
export interface NewOptions extends InPlaceOptions {
  into?: undefined
}

/** A view of the element type of `V`, also over a readonly segment. */
export type Like<V extends { readonly [Symbol.toStringTag]: string }, From = ViewLike> = From & {
  readonly [Symbol.toStringTag]: V[typeof Symbol.toStringTag]
}

/** Where results go: `into`, checked, or a new view like `xs`, over shared memory where a pool is to write to it. */
export function targetOf(xs: TypedArray, into: TypedArray | undefined, isShared: boolean): TypedArray {
  if (into === undefined) return newLike(xs, isShared)
  const target = checkWritable('into', isShared ? checkShared('into', into as SharedView) : checkView('into', into))
  if (typeNameOf(target) !== typeNameOf(xs))
    throw expectedType('into', `a ${typeNameOf(xs)}, as xs is`, new InWords(`a ${target.constructor.name}`))
  checkApart('into', target, xs)
  return target
}

/** Where results go that are put in place of `xs` unless there is an `into`. */
export function targetOrSelf(xs: TypedArray, into: TypedArray | undefined, isShared: boolean): TypedArray {
  return into === undefined ? checkWritable('xs', xs) : targetOf(xs, into, isShared)
}

/** @throws RangeError for another length, and for a view that overlaps `xs` in part: chunks would overwrite what others still read */
export function checkApart(name: string, view: TypedArray, xs: TypedArray): void {
  if (view.length !== xs.length) throw expectedRange(name, `a view of ${xs.length} elements, as long as xs`, view.length)
  if (!isSame(view, xs) && overlap(view, xs)) {
    throw expectedRange(name, 'a view that is xs itself or does not overlap it', new InWords('one that overlaps it partly'))
  }
}

/** Whether two views of one length are over the same elements. */
export function isSame(a: TypedArray, b: TypedArray): boolean {
  return a.buffer === b.buffer && a.byteOffset === b.byteOffset && a.BYTES_PER_ELEMENT === b.BYTES_PER_ELEMENT
}

function newLike(xs: TypedArray, isShared: boolean): TypedArray {
  return newOf(typeNameOf(xs), isShared, xs.length)
}

/** @throws TypeError for what is no name of a typed array */
export function newOf(name: string, isShared: boolean, length: number): TypedArray {
  const type = (globalThis as unknown as Record<string, ViewConstructor>)[name]!
  if (isShared) return allocate(type, length)
  checkViewConstructor(type)
  return new (type as unknown as new (length: number) => TypedArray)(length)
}
