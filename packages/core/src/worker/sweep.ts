import { Entry, Slot } from '../protocol/index.js'
import { stretchStart } from '../schedule/index.js'
import { type ChunkLoop, runChunks } from './chunk-loop.js'
import type { Region } from './region.js'

/**
 * Works on chunks that were claimed by a rank that died before it could record the claim: those below a counter that no record covers.
 * They were never begun. For the last one out, when nobody else is in the region.
 */
export function sweep(region: Region, loop: ChunkLoop): void {
  const { words, base, control, slot, width } = region
  if (Atomics.load(words, base + Slot.sweep) === 0) return
  const count = words[base + Slot.chunkCount]!
  const covered = new Uint8Array(count)
  for (let entry = 0; entry < words[base + Slot.entries]!; entry++) {
    const line = control.layout.entry(slot, entry)
    const runs = control.layout.runs(slot, entry)
    // Runs of the dead have been taken over by others, who recorded them as theirs; what was committed stands.
    const isDead = words[line + Entry.isVoid] !== 0
    const counted = isDead ? words[line + Entry.committedRuns]! : words[line + Entry.runCount]!
    for (let run = 0; run < counted; run++) covered.fill(1, words[runs + 2 * run]!, words[runs + 2 * run + 1]!)
  }
  for (let stretch = 0; stretch < width; stretch++) {
    const start = stretchStart(count, width, stretch)
    const end = Math.min(stretchStart(count, width, stretch + 1), Atomics.load(words, control.layout.counter(slot, stretch)))
    for (let index = start; index < end; index++) if (covered[index] === 0 && !runChunks(region, loop, index, index + 1)) return
  }
}
