import { compileFunction } from 'node:vm'
import type { TypedArray } from '../../memory/index.js'
import type { ReduceOp } from '../../protocol/index.js'
import type { ElementType } from './element-type.js'

/** `target[i] = target[i] op source[i]`, for arrays of one type and length. */
export type ElementLoop = (target: TypedArray, source: TypedArray) => void

const expressions: Readonly<Record<ReduceOp, string>> = {
  sum: 'a + b',
  product: 'a * b',
  min: 'Math.min(a, b)',
  max: 'Math.max(a, b)',
  and: 'a & b',
  or: 'a | b',
  xor: 'a ^ b',
}
const bigintExpressions = { ...expressions, min: 'b < a ? b : a', max: 'b > a ? b : a' }
/** The product of two doubles loses the low bits that wrapping around keeps. */
const int32Expressions = { ...expressions, product: 'Math.imul(a, b)' }

const loops = new Map<string, ElementLoop>()

/** Compiled for each operation and type by itself, so that every access in it stays monomorphic. */
export function elementLoop(op: ReduceOp, type: ElementType): ElementLoop {
  const name = `${op}-${type.name}`
  const known = loops.get(name)
  if (known !== undefined) return known
  const body = `for (let i = 0; i < target.length; i++) { const a = target[i], b = source[i]; target[i] = ${expressionsFor(type)[op]} }`
  const loop = compileFunction(body, ['target', 'source'], { filename: `shoal:collective/${name}` }) as ElementLoop
  loops.set(name, loop)
  return loop
}

function expressionsFor(type: ElementType): Readonly<Record<ReduceOp, string>> {
  if (type.name.startsWith('Big')) return bigintExpressions
  return type.name.endsWith('nt32Array') ? int32Expressions : expressions
}
