import type { SharedView } from '../memory/index.js'
import { Claim, type Control, Entry, Frame, MAX_RUNS, RegionLog, RetryMode, Slot } from '../protocol/index.js'
import type { RegionSpec } from './region-spec.js'

/**
 * Makes the work of a dead entry anybody's. With `idempotent` that is every run it has not committed; with `preimage` the chunk it was on is
 * put back first, if it had been saved, and only what follows is done again. False when its record says too little.
 */
export function giveUpEntry(control: Control, slot: number, entry: number, spec: RegionSpec): boolean {
  const { words, layout } = control
  const line = layout.entry(slot, entry)
  const isClaiming = words[line + Entry.claimState] === Claim.claiming
  // It has touched nothing: that is no loss for anybody.
  if (spec.retry === RetryMode.never) return !isClaiming && words[line + Entry.runCount] === 0
  if (isClaiming) Atomics.store(words, layout.slot(slot) + Slot.sweep, 1)
  if (spec.retry === RetryMode.preimage && !commitFinished(control, slot, entry, spec)) return false
  Atomics.store(words, line + Entry.redoNext, words[line + Entry.committedRuns]!)
  Atomics.store(words, line + Entry.isVoid, 1)
  return true
}

/** Its chunks up to the last one that is finished are committed: if that is within its last run, the run is cut there, in two. */
function commitFinished(control: Control, slot: number, entry: number, spec: RegionSpec): boolean {
  const { words, layout } = control
  const line = layout.entry(slot, entry)
  const count = words[line + Entry.runCount]!
  if (words[line + Entry.committedRuns] === count) return true
  const run = layout.runs(slot, entry) + 2 * (count - 1)
  const [start, end] = [words[run]!, words[run + 1]!]
  const saved = words[line + Entry.saved]! - 1
  // It had claimed the run and not begun it.
  if (saved < start || saved >= end) return true
  const next = isFinished(control, slot, entry) ? saved + 1 : saved
  if (next === saved) restore(control, slot, entry, spec, saved)
  if (next < end) {
    if (count === MAX_RUNS) return false
    words[run + 1] = next
    words[run + 2] = next
    words[run + 3] = end
    words[line + Entry.runCount] = count + 1
  }
  words[line + Entry.committedRuns] = count
  return true
}

/** A chunk whose partial is in the log has nothing left to do, even if its worker died before it could say so. */
function isFinished(control: Control, slot: number, entry: number): boolean {
  const { words, layout } = control
  const line = layout.entry(slot, entry)
  const saved = words[line + Entry.saved]!
  if (saved === words[line + Entry.finished]) return true
  const last = control.log(slot, RegionLog).lastFrame(entry)
  return last !== undefined && last.type === Frame.node && last.minor === saved - 1
}

/** The writer is dead, so nobody else touches the chunk. Should this process die on the way, the whole pool is gone with it. */
function restore(control: Control, slot: number, entry: number, spec: RegionSpec, chunk: number): void {
  const { words, layout } = control
  const { work } = spec.call
  if (work.type === 'spmd' || work.preimage === undefined) return
  const { source } = work.source as { source: SharedView | DataView<SharedArrayBuffer> }
  const bytesPerElement = source instanceof DataView ? 1 : source.BYTES_PER_ELEMENT
  const range = spec.opened!.rangeOf(chunk, chunk + 1)
  const byteOffset = source.byteOffset + range.start * bytesPerElement
  const byteLength = (range.end - range.start) * bytesPerElement
  const { area, bytesPerRank } = work.preimage
  const at = words[layout.entry(slot, entry) + Entry.rank]! * bytesPerRank
  new Uint8Array(source.buffer, byteOffset, byteLength).set(area.subarray(at, at + byteLength))
}
