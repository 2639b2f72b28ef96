import { part } from './binding.js'
import type { KernelView } from './kernel-view.js'

const native = part('random')

/**
 * Element i gets number i of the sequence that a seed names: Philox4x32-10. `sequence` is [seed, stream, first, span], `bounds` is [low, high]:
 * floats lie in [low, high), integers are first + [0, span), where a span of 0 is 2^64.
 */
export const kernelRandom = native.kernelRandom as (
  into: KernelView,
  start: number,
  end: number,
  sequence: BigUint64Array,
  bounds: Float64Array,
) => void
