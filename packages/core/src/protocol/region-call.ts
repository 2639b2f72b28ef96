import type { KernelReference } from './kernel-reference.js'

/** What every rank of a region needs to know; written into the region's log before it is posted. */
export interface RegionCall {
  readonly work: ChunkWork | FoldWork | SpmdWork
  readonly args: readonly unknown[]
}

/** `source` and `cutting` belong to higher rooms: the room `source` reads them. */
interface Cut {
  readonly source: unknown
  readonly cutting: unknown
}

export interface ChunkWork extends Cut {
  readonly type: 'chunks'
  readonly kernel: KernelReference
  readonly combine: KernelReference | undefined
}

export interface FoldWork extends Cut {
  readonly type: 'fold'
  readonly kernel: KernelReference
  readonly init: KernelReference
  readonly combine: KernelReference
}

export interface SpmdWork {
  readonly type: 'spmd'
  readonly kernel: KernelReference
}

/** The kernels that the ranks of the region need. */
export function kernelsOf(work: RegionCall['work']): KernelReference[] {
  const { kernel, combine, init } = work as { readonly [role in 'kernel' | 'combine' | 'init']?: KernelReference }
  return [kernel, combine, init].filter((reference) => reference !== undefined)
}
