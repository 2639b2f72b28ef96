import { part } from './binding.js'
import type { KernelView } from './kernel-view.js'

const native = part('scan')

/** Operations of a scan; the bitwise ones for integers only. */
export const scanOps = ['sum', 'product', 'min', 'max', 'and', 'or', 'xor'] as const

/** 64-bit words of `links` for each chunk, zeros in the beginning. */
export const SCAN_LINK_WORDS = 3

/**
 * Finds out what chunk `chunk` of `xs` combines to, and stores it in `links`, which are shared by all who scan `xs`. `op` is an index into
 * {@link scanOps}.
 */
export const kernelScanTotal = native.kernelScanTotal as (
  xs: KernelView,
  chunkLength: number,
  op: number,
  links: BigUint64Array,
  chunk: number,
) => void

/**
 * Prefixes of chunk `chunk` into the same elements of `into`, which may be `xs`. What the chunks before it combine to is read from `links`; where
 * it isn't there soon it is found out. `alone`: nobody else scans `xs`.
 */
export const kernelScan = native.kernelScan as (
  xs: KernelView,
  chunkLength: number,
  op: number,
  links: BigUint64Array,
  chunk: number,
  into: KernelView,
  exclusive: boolean,
  alone: boolean,
) => void
