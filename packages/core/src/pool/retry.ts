import { ChunkState, Claim, type Control, Entry, MAX_RUNS, RetryMode, Slot } from '../protocol/index.js'
import type { RegionSpec } from './region.js'

export type Retry = 'never' | 'idempotent' | 'preimage'

/**
 * Makes the work of a dead entry anybody's. With `idempotent` that is every run it has not committed; with `preimage` the chunk it was on is
 * put back first, if it had been saved, and only what follows is done again. False when its record says too little.
 */
export function giveUpEntry(control: Control, slot: number, entry: number, spec: RegionSpec): boolean {
  const { words, layout } = control
  const line = layout.entry(slot, entry)
  if (words[line + Entry.claimState] === Claim.claiming) Atomics.store(words, layout.slot(slot) + Slot.sweep, 1)
  if (spec.retry === RetryMode.preimage && !splitLastRun(control, slot, entry, spec)) return false
  Atomics.store(words, line + Entry.redoNext, words[line + Entry.committedRuns]!)
  Atomics.store(words, line + Entry.isVoid, 1)
  return true
}

/** Chunks before the one it was on are committed: its last run is cut there, in two. */
function splitLastRun(control: Control, slot: number, entry: number, spec: RegionSpec): boolean {
  const { words, layout } = control
  const line = layout.entry(slot, entry)
  const count = words[line + Entry.runCount]!
  if (words[line + Entry.committedRuns] === count) return true
  const run = layout.runs(slot, entry) + 2 * (count - 1)
  const [start, end] = [words[run]!, words[run + 1]!]
  const position = words[line + Entry.position]!
  // It had claimed the run and not begun it.
  if (position < start || position > end) return true
  if (words[line + Entry.chunkState] === ChunkState.saved) restore(control, slot, entry, spec, position)
  const next = words[line + Entry.chunkState] === ChunkState.committed ? position + 1 : position
  if (count === MAX_RUNS) return false
  words[run + 1] = Math.min(next, end)
  words[run + 2] = Math.min(next, end)
  words[run + 3] = end
  words[line + Entry.committedRuns] = count
  words[line + Entry.runCount] = count + 1
  return true
}

/** The writer is dead, so nobody else touches the chunk. Should this process die on the way, the whole pool is gone with it. */
function restore(control: Control, slot: number, entry: number, spec: RegionSpec, chunk: number): void {
  const { words, layout } = control
  const line = layout.entry(slot, entry)
  const { work } = spec.call
  if (work.type === 'spmd' || work.preimage === undefined) return
  // A whole segment is a DataView, which has no element size.
  const source = (work.source as { source: DataView | Uint8Array }).source
  const bytesPerElement = source instanceof DataView ? 1 : source.BYTES_PER_ELEMENT
  const range = spec.opened!.rangeOf(chunk, chunk + 1)
  const byteOffset = source.byteOffset + range.start * bytesPerElement
  const byteLength = (range.end - range.start) * bytesPerElement
  const { area, bytesPerRank } = work.preimage
  const at = words[line + Entry.rank]! * bytesPerRank
  Atomics.store(words, line + Entry.chunkState, ChunkState.restoring)
  new Uint8Array(source.buffer, byteOffset, byteLength).set(area.subarray(at, at + byteLength))
  Atomics.store(words, line + Entry.chunkState, ChunkState.none)
}
