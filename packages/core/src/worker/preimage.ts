import { Entry } from '../protocol/index.js'
import { failPoint } from './fail-point.js'
import type { Region } from './region.js'

/**
 * Copies of chunks of a source that is worked on in place, in memory that outlives this worker.
 *
 * `saved` is stored when the copy is complete and before the chunk changes, `finished` when it has changed and its partial is in the log.
 * Each says by one store which chunk it means, so that a death at any moment leaves no doubt: the chunk has to be put back if it is saved
 * and not finished, and else is as it was or done.
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

  save(index: number, view: { readonly buffer: ArrayBufferLike; readonly byteOffset: number; readonly byteLength: number }): void {
    this.#bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
    failPoint?.('saving')
    Atomics.store(this.#region.words, this.#region.line + Entry.saved, index + 1)
    failPoint?.('saved')
  }

  finish(index: number): void {
    failPoint?.('finishing')
    Atomics.store(this.#region.words, this.#region.line + Entry.finished, index + 1)
    failPoint?.('finished')
  }
}
