import { ChunkState, Entry } from '../protocol/index.js'
import type { Region } from './region.js'

/**
 * Copies of chunks of a source that is worked on in place, in memory that outlives this worker. The copy is complete before `saved` is
 * stored; from then until `committed` the parent can put it back if this worker dies.
 */
export class Preimage {
  readonly #region: Region
  readonly #bytes: Uint8Array

  /** `area` has `bytesPerRank` bytes for each rank of the pool. */
  constructor(region: Region, area: Uint8Array, bytesPerRank: number) {
    this.#region = region
    const start = region.member.rank * bytesPerRank
    this.#bytes = area.subarray(start, start + bytesPerRank)
  }

  save(view: { readonly buffer: ArrayBufferLike; readonly byteOffset: number; readonly byteLength: number }): void {
    this.#bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
    Atomics.store(this.#region.words, this.#region.line + Entry.chunkState, ChunkState.saved)
  }

  commit(): void {
    Atomics.store(this.#region.words, this.#region.line + Entry.chunkState, ChunkState.committed)
  }
}
