import type { ReduceOp } from '../../protocol/index.js'
import { elementTypes } from './element-type.js'

/** What all ranks have to agree on, besides the root and the count: which collective, by which operation, on which type of value. */
const collectives = ['barrier', 'bcast', 'reduce', 'allReduce', 'gather', 'allGather', 'scatter', 'scan', 'exscan', 'single'] as const
const reductions = ['sum', 'mean', 'variance', 'min', 'max', 'minMax', 'argMin', 'argMax', 'dot', 'norm', 'count'] as const
const names = [...collectives, ...reductions] as const
export type CollectiveName = (typeof names)[number]
/** Of a view that all ranks give. */
export type ViewReductionName = (typeof reductions)[number]

const operations = ['none', 'sum', 'product', 'min', 'max', 'and', 'or', 'xor', 'function', 'compensated'] as const
const types = ['none', 'number', 'bigint', ...elementTypes.map((type) => type.name)]

export const NO_ROOT = -1
export const NO_COUNT = -1

/** In 24 bits. Computed once a collective where the operation is fixed. */
export function signatureOf(
  name: CollectiveName,
  operation: ReduceOp | 'none' | 'function' | 'compensated' = 'none',
  type = 'none',
): number {
  return names.indexOf(name) | (operations.indexOf(operation) << 8) | (types.indexOf(type) << 16)
}

/** The call as a user would write it: `allReduce(sum, Float64Array of 8)`. */
export function describeCall(signature: number, root: number, count: number, details: readonly string[]): string {
  const operation = operations[(signature >>> 8) & 0xff]!
  const type = types[signature >>> 16]!
  const parts: string[] = []
  if (operation !== 'none') parts.push(operation === 'function' ? 'a function' : operation)
  if (type !== 'none') parts.push(count === NO_COUNT ? type : `${type} of ${count}`)
  if (root !== NO_ROOT) parts.push(`root ${root}`)
  parts.push(...details)
  return `${names[signature & 0xff]}(${parts.join(', ')})`
}
