import { ChunkState, Entry, RetryMode, Slot } from '../protocol/index.js'
import type { ChunkReader } from '../source/index.js'
import { Claims } from './claims.js'
import type { Region } from './region.js'

export interface ChunkLoop {
  readonly reader: ChunkReader
  readonly body: (index: number) => void
  /** True when a finished run needs nothing more to count: its chunks bring no partial that could be lost. */
  readonly commitsRuns: boolean
}

/** Calls `body` for every chunk that this entry gets hold of. */
export function forEachChunk(region: Region, loop: ChunkLoop): void {
  const claims = new Claims(region.control, region.slot, region.entry)
  const commits = loop.commitsRuns && region.words[region.base + Slot.retry] !== RetryMode.never
  while (claims.next()) {
    if (!runChunks(region, loop, claims.start, claims.end)) return
    if (commits) claims.commit()
  }
}

/** Works on chunks `[start, end)`; false when the region was cancelled on the way. */
export function runChunks(region: Region, { reader, body }: ChunkLoop, start: number, end: number): boolean {
  const { words, base, line } = region
  let done = 0
  for (let index = start; index < end; index++) {
    if (Atomics.load(words, base + Slot.cancel) !== 0) return false
    // Chunks below a failing one are still worked on, so that the error that is reported is always that of the lowest.
    if (index > Atomics.load(words, base + Slot.failedAt)) continue
    words[line + Entry.chunkState] = ChunkState.none
    words[line + Entry.position] = index
    try {
      body(index)
    } catch (error) {
      region.fail(index, error)
    }
    done += reader.extent(index)
  }
  // In this order: a death in between must not make the next chunk look committed.
  words[line + Entry.chunkState] = ChunkState.none
  words[line + Entry.position] = end
  region.control.doubles[(line + Entry.extent) / 2]! += done
  words[line + Entry.chunks]! += end - start
  return true
}
