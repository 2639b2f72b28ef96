import { axpyStretch, checkAlike } from '../kernels/index.js'
import type { Element, SharedView, TypedArray } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import { checkFor, checkWritable, type Readable } from './check-view.js'
import { checkApart, type Like } from './into.js'
import { givenOptions, type InPlaceOptions, retryInPlace } from './options.js'
import { eachAlone, eachOn, withPool } from './run.js'
import { checkScalar } from './scalar.js'

/**
 * y ← a · x + y in place: the BLAS routine of that name. Views of one type and length. Floats are computed as doubles, rounded after the
 * product and after the sum, as `y[i] += a * x[i]` is; integers wrap around (those of a Uint8ClampedArray saturate).
 *
 * @returns `ys`
 * @throws TypeError, RangeError for views of different types or lengths, or that overlap in part
 * @example await axpy(pool, -0.01, gradient, weights)
 */
export function axpy<V extends SharedView>(pool: Pool, a: Element<V>, xs: Like<V>, ys: V, options?: InPlaceOptions): Promise<V>
export function axpy<V extends TypedArray>(a: Element<V>, xs: Like<V, Readable>, ys: V): V
export function axpy(...args: unknown[]): unknown {
  const [pool, a, xs, ys, options] = withPool(args)
  if (pool !== undefined) return axpyOn(pool, a, xs, ys, options)
  const { factor, from, into } = checkAxpy(pool, a, xs, ys)
  eachAlone(into, axpyStretch, [factor, from])
  return into
}

async function axpyOn(pool: Pool, a: unknown, xs: unknown, ys: unknown, given: unknown): Promise<TypedArray> {
  const options = givenOptions<InPlaceOptions>(given)
  const { factor, from, into } = checkAxpy(pool, a, xs, ys)
  await eachOn(pool, into as SharedView, axpyStretch, [factor, from], options, retryInPlace(options))
  return into
}

function checkAxpy(pool: Pool | undefined, a: unknown, xs: unknown, ys: unknown) {
  const from = checkFor(pool, 'xs', xs)
  const into = checkWritable('ys', checkFor(pool, 'ys', ys))
  checkAlike('ys', into, from)
  checkApart('ys', into, from)
  return { factor: checkScalar('a', into, a), from, into }
}
