import { expectedRange } from '../errors/index.js'
import { elementTypeOf, iotaStretch } from '../kernels/index.js'
import type { Element, SharedView, TypedArray } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import type { AlgorithmOptions } from './options.js'
import { overwrite } from './overwrite.js'
import { withPool } from './run.js'
import { checkScalar } from './scalar.js'

/** The sequence of `iota`. */
export interface IotaOptions<S extends number | bigint = number | bigint> extends AlgorithmOptions {
  /** The first element. Default 0. */
  start?: S
  /** From each element to the next. Default 1. */
  step?: S
}

/**
 * Stores start, start + step, start + 2 · step, …: element i of floats is `start + i * step` in doubles, rounded to the element type, so nothing
 * adds up.
 *
 * @returns `xs`
 * @throws RangeError where elements of integers can not hold the last
 * @example const indices = await iota(pool, allocate(Uint32Array, n))
 */
export function iota<V extends SharedView>(pool: Pool, xs: V, options?: IotaOptions<Element<V>>): Promise<V>
export function iota<V extends TypedArray>(xs: V, options?: Pick<IotaOptions<Element<V>>, 'start' | 'step'>): V
export function iota(...args: unknown[]): unknown {
  const [pool, xs, options] = withPool(args)
  return overwrite(pool, xs, options, iotaStretch, firstAndStep)
}

function firstAndStep(view: TypedArray, { start, step }: IotaOptions): readonly unknown[] {
  const { kind, least, most } = elementTypeOf(view)!
  const [zero, one] = kind === 'bigint' ? [0n, 1n] : [0, 1]
  const first = checkScalar('start', view, start === undefined ? zero : start)
  const by = step === undefined ? one : step
  if (kind === 'float' || view.length === 0) return [first, checkScalar('step', view, by)]
  // A step down is none that elements without a sign could hold.
  if (typeof by !== typeof first || (typeof by === 'number' && !Number.isSafeInteger(by))) checkScalar('step', view, by)
  const last = BigInt(first) + BigInt(by) * BigInt(view.length - 1)
  if (last < least || last > most)
    throw expectedRange('start', `one from which ${view.length} elements reach no further than ${least} to ${most}`, first)
  return [first, wrapped(by, least, most)]
}

/** Modulo what an element can be: arithmetic that wraps around does the rest. */
function wrapped(step: number | bigint, least: number | bigint, most: number | bigint): number | bigint {
  const range = BigInt(most) - BigInt(least) + 1n
  const inside = ((((BigInt(step) - BigInt(least)) % range) + range) % range) + BigInt(least)
  return typeof step === 'bigint' ? inside : Number(inside)
}
