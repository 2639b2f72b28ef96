import { expectedType } from '../errors/index.js'
import type { TypedArray } from '../memory/index.js'
import { type ElementType, elementTypeOf, typeNameOf } from './element-types.js'

type Scalar = number | bigint

/** Comparisons of an element, all of which must hold: as JavaScript's operators do, so none but `ne` holds for NaN, and −0 equals 0. */
export interface Comparison<S extends Scalar = Scalar> {
  readonly lt?: S
  readonly le?: S
  readonly gt?: S
  readonly ge?: S
  readonly eq?: S
  readonly ne?: S
}

/** A condition as native kernels test it: elements in `[least, most]` that do not equal `but`. Without an interval, NaN is one of them. */
export interface Interval {
  readonly interval: readonly [least: Scalar, most: Scalar] | undefined
  readonly but: Scalar | undefined
}

const COMPARISONS: ReadonlySet<string> = new Set(['lt', 'le', 'gt', 'ge', 'eq', 'ne'])

/**
 * The elements of `view`'s type for which a condition holds, or which equal a value. Bounds that are no elements of the type (0.5 among
 * integers, 0.1 among Float32) are moved to the next one that is: the comparison is the one that JavaScript would make.
 *
 * @throws TypeError for what is no condition, and for numbers where bigints are due
 */
export function intervalOf(view: TypedArray, where: Comparison | Scalar): Interval {
  const type = elementTypeOf(view)!
  const condition: Comparison = typeof where === 'object' && where !== null ? where : { eq: where }
  const names = namesIn(condition)
  if (names.length === 0 || names.some((name) => !COMPARISONS.has(name))) {
    throw expectedType('where', 'a value, or an object of lt, le, gt, ge, eq and ne', where)
  }
  for (const name of names) checkBound(name, view, type, condition[name as keyof Comparison])
  const { lt, le, gt, ge, eq, ne } = condition
  const none: Interval = { interval: type.kind === 'bigint' ? [1n, 0n] : [1, 0], but: undefined }
  const round = rounding(view, type)
  let least = type.least
  let most = type.most
  for (const bound of [ge, eq]) if (bound !== undefined) least = larger(least, round(bound, 1, false))
  for (const bound of [le, eq]) if (bound !== undefined) most = smaller(most, round(bound, -1, false))
  if (gt !== undefined) least = larger(least, round(gt, 1, true))
  if (lt !== undefined) most = smaller(most, round(lt, -1, true))
  if (!(least <= most)) return none
  const isOnlyNe = names.length === 1 && ne !== undefined
  const equal = ne === undefined ? undefined : round(ne, 1, false)
  // A bound that was moved equals no element.
  const but = equal !== undefined && equal === ne && equal >= least && equal <= most ? equal : undefined
  if (!isOnlyNe) return { interval: [least, most], but }
  // What lies in no interval, NaN, counts too.
  return type.kind === 'float' ? { interval: undefined, but: but ?? Number.NaN } : { interval: [least, most], but }
}

/** `eq 3`, or `lt 3, ne 0`: the same text for the same condition. */
export function describeCondition(where: Comparison | Scalar): string {
  if (typeof where !== 'object' || where === null) return `eq ${String(where)}`
  return [...COMPARISONS]
    .filter((name) => where[name as keyof Comparison] !== undefined)
    .map((name) => `${name} ${where[name as keyof Comparison]}`)
    .join(', ')
}

/** What a condition has: as with options, what is undefined is left out. */
export function namesIn(condition: object): string[] {
  return Object.keys(condition).filter((name) => (condition as Record<string, unknown>)[name] !== undefined)
}

function checkBound(name: string, view: TypedArray, { kind }: ElementType, bound: unknown): void {
  const wanted = kind === 'bigint' ? 'bigint' : 'number'
  if (typeof bound !== wanted) throw expectedType(name, `a ${wanted}, as elements of ${typeNameOf(view)} are`, bound)
}

/** NaN wins: no interval holds then. */
function larger(a: Scalar, b: Scalar): Scalar {
  return a > b || Number.isNaN(a) ? a : b
}

function smaller(a: Scalar, b: Scalar): Scalar {
  return a < b || Number.isNaN(a) ? a : b
}

/** The element nearest to a bound from above (`way` 1) or below (−1): not the bound itself where `strictly`. */
function rounding(view: TypedArray, { kind }: ElementType): (bound: Scalar, way: 1 | -1, strictly: boolean) => Scalar {
  if (kind === 'float') {
    const { one, bits } = wordsLike(view)
    return (bound, way, strictly) => nextFloat(one, bits, bound as number, way, strictly)
  }
  return (bound, way, strictly) => {
    if (typeof bound === 'bigint') return strictly ? bound + BigInt(way) : bound
    const whole = way === 1 ? Math.ceil(bound) : Math.floor(bound)
    return strictly && whole === bound ? whole + way : whole
  }
}

/** One element of a float type, and its bits. */
function wordsLike(view: TypedArray): { one: Float64Array; bits: BigUint64Array | Uint32Array | Uint16Array } {
  const one = new (view.constructor as Float64ArrayConstructor)(1)
  const Bits = { 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array }[one.BYTES_PER_ELEMENT as 2 | 4 | 8]
  return { one, bits: new Bits(one.buffer) }
}

function nextFloat(
  one: Float64Array,
  bits: BigUint64Array | Uint32Array | Uint16Array,
  bound: number,
  way: 1 | -1,
  strictly: boolean,
): number {
  one[0] = bound
  const isBeyond = way === 1 ? one[0]! > bound : one[0]! < bound
  if (isBeyond || (one[0] === bound && !strictly)) return one[0]!
  // Nothing is beyond the infinity that lies in that direction.
  if (Number.isNaN(bound) || one[0] === way * Number.POSITIVE_INFINITY) return Number.NaN
  // The bits of floats count away from zero: those of −0 and 0 step to the least of either sign.
  if (one[0] === 0) setBits(bits, way === 1 ? 'least' : 'leastNegative')
  else addToBits(bits, one[0]! > 0 === (way === 1) ? 1 : -1)
  return one[0]!
}

function addToBits(bits: BigUint64Array | Uint32Array | Uint16Array, by: 1 | -1): void {
  if (bits instanceof BigUint64Array) bits[0] = bits[0]! + BigInt(by)
  else bits[0] = bits[0]! + by
}

function setBits(bits: BigUint64Array | Uint32Array | Uint16Array, which: 'least' | 'leastNegative'): void {
  const sign = which === 'least' ? 0n : 1n << BigInt(8 * bits.BYTES_PER_ELEMENT - 1)
  if (bits instanceof BigUint64Array) bits[0] = sign | 1n
  else bits[0] = Number(sign | 1n)
}
