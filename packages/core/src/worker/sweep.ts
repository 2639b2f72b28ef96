import { Entry, Slot } from '../protocol/index.js'
import { stretchStart } from '../schedule/index.js'
import { type ChunkLoop, runClaimed } from './chunk-loop.js'
import { Claims } from './claims.js'
import type { Region } from './region.js'

/**
 * Works on chunks that were claimed by a rank that died before it could record the claim: those below a counter that no record covers.
 * They were never begun. For the last one out, when nobody else is in the region; it records them as its own, as any others.
 */
export function sweep(region: Region, loop: ChunkLoop): void {
  const { words, base, control, slot, entry, width } = region
  if (Atomics.load(words, base + Slot.sweep) === 0) return
  const count = words[base + Slot.chunkCount]!
  const covered = coveredChunks(region, count)
  const claims = new Claims(control, slot, entry)
  for (let stretch = 0; stretch < width; stretch++) {
    const end = Math.min(stretchStart(count, width, stretch + 1), Atomics.load(words, control.layout.counter(slot, stretch)))
    for (let index = stretchStart(count, width, stretch); index < end; index++) {
      if (covered[index] !== 0) continue
      const start = index
      while (index + 1 < end && covered[index + 1] === 0) index++
      claims.take(start, index + 1)
      if (!runClaimed(region, loop, claims)) return
    }
  }
}

/** 1 for each chunk that somebody has recorded. */
function coveredChunks({ words, base, control, slot }: Region, count: number): Uint8Array {
  const covered = new Uint8Array(count)
  for (let entry = 0; entry < words[base + Slot.entries]!; entry++) {
    const line = control.layout.entry(slot, entry)
    const runs = control.layout.runs(slot, entry)
    // Runs of the dead have been taken over by others, who recorded them as theirs; what was committed stands.
    const isDead = words[line + Entry.isVoid] !== 0
    const counted = isDead ? words[line + Entry.committedRuns]! : words[line + Entry.runCount]!
    for (let run = 0; run < counted; run++) covered.fill(1, words[runs + 2 * run]!, words[runs + 2 * run + 1]!)
  }
  return covered
}
