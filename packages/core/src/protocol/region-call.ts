import type { KernelReference } from './kernel-reference.js'

/** What every rank of a region needs to know; written into the region's log before it is posted. */
export interface RegionCall {
  readonly work: RegionWork
  readonly args: readonly unknown[]
}

export type RegionWork = ChunkWork | FoldWork | ElementWork | SpmdWork

/** `source` and `cutting` belong to higher rooms: the room `source` reads them. */
interface Cut {
  readonly source: unknown
  readonly cutting: unknown
  /** Kernels of the source itself, and their arguments: what makes of its chunks those that the region's kernel gets. */
  readonly reads: readonly { readonly kernel: KernelReference; readonly args: readonly unknown[] }[]
  /** With `retry: 'preimage'`: room for a copy of the chunk that each rank of the pool is on. */
  readonly preimage?: { readonly area: Uint8Array; readonly bytesPerRank: number } | undefined
}

/** `forChunks`. */
export interface ChunkWork extends Cut {
  readonly type: 'chunks'
  readonly kernel: KernelReference
  /** Called in its place: with the kernel, and what the kernel is to be called with. */
  readonly around?: KernelReference | undefined
  readonly combine: KernelReference | undefined
}

/** `foldChunks`. */
export interface FoldWork extends Cut {
  readonly type: 'fold'
  readonly kernel: KernelReference
  readonly init: KernelReference
  readonly combine: KernelReference
}

/** `forEach`, `map` and `reduce`: a loop over elements that the kernel is compiled into. */
export interface ElementWork extends Cut {
  readonly type: 'elements'
  readonly kind: 'forEach' | 'map' | 'reduce'
  readonly kernel: KernelReference
  /** The type's name, `Float64Array` … or `length`. */
  readonly sourceType: string
  /** `map`: where the results go. */
  readonly into: unknown
  /** `map`: 1 is stored for whatever is true in a condition, else 0. */
  readonly asMask?: boolean
  /** `reduce`: what an accumulator starts from, as a value or a function that makes one. */
  readonly identity: { readonly value: unknown } | { readonly make: KernelReference } | undefined
  readonly combine: KernelReference | undefined
}

export interface SpmdWork {
  readonly type: 'spmd'
  readonly kernel: KernelReference
  /** Called in its place: with the kernel, and what the kernel is to be called with. */
  readonly around?: KernelReference | undefined
}

/** The kernels that the ranks of the region need. */
export function kernelsOf(work: RegionWork): KernelReference[] {
  if (work.type === 'spmd') return work.around === undefined ? [work.kernel] : [work.kernel, work.around]
  const {
    kernel,
    combine,
    init,
    around,
    identity,
    reads = [],
  } = work as {
    readonly [role in 'kernel' | 'combine' | 'init' | 'around']?: KernelReference
  } & Pick<Partial<ElementWork>, 'identity' | 'reads'>
  const make = identity !== undefined && 'make' in identity ? identity.make : undefined
  return [kernel, combine, init, around, make, ...reads.map((read) => read.kernel)].filter((reference) => reference !== undefined)
}
