import { expectedType } from '../../errors/index.js'
import type { ReduceOp } from '../../protocol/index.js'

interface Operation<T> {
  readonly identity: T
  combine(a: T, b: T): T
}

/** Doubles; bitwise ones on 32-bit signed integers. */
export const numberOperations: Readonly<Record<ReduceOp, Operation<number>>> = {
  sum: { identity: 0, combine: (a, b) => a + b },
  product: { identity: 1, combine: (a, b) => a * b },
  min: { identity: Number.POSITIVE_INFINITY, combine: (a, b) => Math.min(a, b) },
  max: { identity: Number.NEGATIVE_INFINITY, combine: (a, b) => Math.max(a, b) },
  and: { identity: -1, combine: (a, b) => a & b },
  or: { identity: 0, combine: (a, b) => a | b },
  xor: { identity: 0, combine: (a, b) => a ^ b },
}

/** Of any size: nothing wraps around. */
export const bigintOperations: Readonly<Record<ReduceOp, (a: bigint, b: bigint) => bigint>> = {
  sum: (a, b) => a + b,
  product: (a, b) => a * b,
  // biome-ignore lint/complexity/useMathMinMax: Math.min refuses bigints
  min: (a, b) => (b < a ? b : a),
  // biome-ignore lint/complexity/useMathMinMax: Math.max refuses bigints
  max: (a, b) => (b > a ? b : a),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
}

export function isBitwise(op: ReduceOp): boolean {
  return op === 'and' || op === 'or' || op === 'xor'
}

export function checkOperation(op: unknown): ReduceOp {
  if (typeof op === 'string' && Object.hasOwn(numberOperations, op)) return op as ReduceOp
  throw expectedType('op', "'sum', 'product', 'min', 'max', 'and', 'or' or 'xor'", op)
}
