import type { TypedArray } from '@shoal/core'

/** Doubles are integers times 2^-1074: as such they are added without rounding. */
export function exactOf(x: number): bigint {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, x)
  const word = bits.getBigUint64(0)
  const exponent = Number((word >> 52n) & 0x7ffn)
  const mantissa = (word & 0xf_ffff_ffff_ffffn) | (exponent === 0 ? 0n : 1n << 52n)
  const magnitude = mantissa << BigInt(Math.max(0, exponent - 1))
  return word >> 63n === 0n ? magnitude : -magnitude
}

/** The double nearest to a sum of such integers, but for a last bit. */
export function roundedOf(exact: bigint): number {
  const magnitude = exact < 0n ? -exact : exact
  const excess = Math.max(0, magnitude.toString(2).length - 60)
  const result = Number(magnitude >> BigInt(excess)) * 2 ** Math.max(-1074, excess - 1074)
  return exact < 0n ? -result : result
}

export interface ExactSum {
  readonly sum: bigint
  /** Of the absolute values: what errors are measured by. */
  readonly magnitude: bigint
}

export function exactSum(view: TypedArray): ExactSum {
  let sum = 0n
  let magnitude = 0n
  for (const x of view) {
    const exact = exactOf(Number(x))
    sum += exact
    magnitude += exact < 0n ? -exact : exact
  }
  return { sum, magnitude }
}
