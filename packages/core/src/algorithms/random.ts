import { expectedRange, expectedType } from '../errors/index.js'
import { elementTypeOf, intervalOf, randomStretch, typeNameOf } from '../kernels/index.js'
import type { Element, SharedView, TypedArray } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import type { AlgorithmOptions } from './options.js'
import { overwrite } from './overwrite.js'
import { withPool } from './run.js'
import { checkScalar } from './scalar.js'

export interface Seed {
  /** Which sequence: an integer of up to 64 bits. Default 0. */
  seed?: number | bigint
  /** Which of the independent sequences of a seed. Default 0. */
  stream?: number | bigint
}

/** The range of the numbers, and the seed of their sequence. */
export interface RandomOptions<S extends number | bigint = number | bigint> extends AlgorithmOptions, Seed {
  /** The least value. Default 0 for floats, the least of the type for integers. */
  low?: S
  /** What values are less than. Default 1 for floats, beyond the greatest of the type for integers. */
  high?: S
}

/**
 * Uniform random numbers: of floats in [low, high), with 53 random bits (Float32: 24, Float16: 11); of integers low … high − 1, each as likely
 * within 2^−64 of the range. Element i is number i of the sequence, whoever makes it: the same numbers for any number of workers.
 *
 * Philox4x32-10 of Salmon, Moraes, Dror and Shaw ("Parallel random numbers: as easy as 1, 2, 3", 2011), which passes TestU01's BigCrush. Not
 * for secrets.
 *
 * @returns `xs`
 * @throws RangeError where no element lies between low and high, or where they are not finite
 * @example const noise = await random(pool, allocate(Float64Array, n), { seed: 42, low: -1 })
 */
export function random<V extends SharedView>(pool: Pool, xs: V, options?: RandomOptions<Element<V>>): Promise<V>
export function random<V extends TypedArray>(xs: V, options?: Pick<RandomOptions<Element<V>>, 'seed' | 'stream' | 'low' | 'high'>): V
export function random(...args: unknown[]): unknown {
  const [pool, xs, options] = withPool(args)
  return overwrite(pool, xs, options, randomStretch, sequenceAndBounds)
}

function sequenceAndBounds(view: TypedArray, { low, high, ...seed }: RandomOptions): [BigUint64Array, Float64Array] {
  const { kind, least, most } = elementTypeOf(view)!
  const words = seedWords(seed)
  if (kind === 'float') {
    const bounds = Float64Array.of(...floatBounds(view, low, high))
    return [BigUint64Array.of(...words, 0n, 0n), bounds]
  }
  const from = BigInt(checkScalar('low', view, low === undefined ? least : low))
  const to = high === undefined ? BigInt(most) + 1n : beyond(view, high, BigInt(most))
  if (from >= to) throw expectedRange('low', `an integer less than ${to}, which is high,`, low === undefined ? least : low)
  return [BigUint64Array.of(...words, BigInt.asUintN(64, from), BigInt.asUintN(64, to - from)), new Float64Array(2)]
}

/** From the least element on that is not below `low`: what is rounded is not below it either. */
function floatBounds(view: TypedArray, low: unknown = 0, high: unknown = 1): [number, number] {
  const [from, to] = [checkScalar('low', view, low), checkScalar('high', view, high)] as [number, number]
  const [least, most] = intervalOf(view, { ge: from, lt: to }).interval as readonly [number, number]
  const [highest] = new (view.constructor as Float64ArrayConstructor)([to]) as Iterable<number>
  if (!(least <= most) || !Number.isFinite(to - least) || !Number.isFinite(highest)) {
    const wanted = `a finite number less than ${to}, which is high, with some ${typeNameOf(view)} element between`
    throw expectedRange('low', wanted, low)
  }
  return [least, to]
}

/** `high` may be one more than an element can be. */
function beyond(view: TypedArray, high: number | bigint, most: bigint): bigint {
  const isOneMore = (typeof high === 'bigint' || Number.isInteger(high)) && BigInt(high) === most + 1n
  return isOneMore ? most + 1n : BigInt(checkScalar('high', view, high))
}

/** @throws TypeError, RangeError for what is no integer of 64 bits */
export function seedWords({ seed = 0, stream = 0 }: Seed): [seed: bigint, stream: bigint] {
  return [seedWord('seed', seed), seedWord('stream', stream)]
}

function seedWord(name: string, value: number | bigint): bigint {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw expectedType(name, 'an integer', value)
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw expectedRange(name, 'a safe integer, or a bigint', value)
  return BigInt.asUintN(64, BigInt(value))
}
