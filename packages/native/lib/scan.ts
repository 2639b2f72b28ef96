import { binding } from './binding.js'
import type { KernelView } from './kernel-view.js'

/** Operations of a scan; the bitwise ones for integers only. */
export const scanOps = ['sum', 'product', 'min', 'max', 'and', 'or', 'xor'] as const

/**
 * `totals[index]` gets what elements `[start, end)` combine to. Totals are a Float64Array for floats, else of the type of the elements.
 * `op` is an index into {@link scanOps}.
 */
export const kernelScanTotal = binding.kernelScanTotal as (
  xs: KernelView,
  start: number,
  end: number,
  op: number,
  totals: KernelView,
  index: number,
) => void

/** Makes of each total what all before it combine to; `xs` only says of what type. */
export const kernelScanCarries = binding.kernelScanCarries as (xs: KernelView, op: number, totals: KernelView) => void

/** Prefixes of elements `[start, end)`, from `carries[index]` on, into as many of `into`, which may be `xs`. */
export const kernelScan = binding.kernelScan as (
  xs: KernelView,
  start: number,
  end: number,
  op: number,
  carries: KernelView,
  index: number,
  into: KernelView,
  intoStart: number,
  exclusive: boolean,
) => void
