import { Entry, NO_CHUNK, RetryMode, Slot, Span, Stop } from '../protocol/index.js'
import { interleaved } from '../schedule/index.js'
import type { ChunkReader } from '../source/index.js'
import { now } from '../sync/index.js'
import { Claims } from './claims.js'
import { failPoint } from './fail-point.js'
import type { Region } from './region.js'

export interface ChunkLoop {
  readonly reader: ChunkReader
  /** What is claimed are turns, and each stands for the chunk that it is `interleaved` to; otherwise for the chunk of its number. */
  readonly roundRobin: boolean
  readonly body: (index: number) => void
  /** True when a finished run needs nothing more to count: its chunks bring no partial that could be lost. */
  readonly commitsRuns: boolean
}

/** Calls `body` for every chunk that this entry gets hold of. */
export function forEachChunk(region: Region, loop: ChunkLoop): void {
  const claims = new Claims(region.control, region.slot, region.entry)
  while (claims.next()) if (!runClaimed(region, loop, claims)) return
}

/** Works on the run that has been claimed; false when the region was cancelled on the way. */
export function runClaimed(region: Region, loop: ChunkLoop, claims: Claims): boolean {
  const { words, base } = region
  const isWhole = loop.roundRobin ? runInTurn(region, loop, claims) : runChunks(region, loop, claims.start, claims.end)
  if (!isWhole) return false
  if (loop.commitsRuns && words[base + Slot.retry] !== RetryMode.never) claims.commit()
  return true
}

function runInTurn(region: Region, loop: ChunkLoop, { start, end }: Claims): boolean {
  const count = region.words[region.base + Slot.chunkCount]!
  for (let turn = start; turn < end; turn++) {
    const chunk = interleaved(turn, count, region.width)
    if (!runChunks(region, loop, chunk, chunk + 1)) return false
  }
  return true
}

/** Works on consecutive chunks. */
function runChunks(region: Region, { reader, body }: ChunkLoop, start: number, end: number): boolean {
  const { words, base, line } = region
  const { trace, onPause } = region.member
  const startedAt = trace === undefined ? 0 : now()
  for (let index = start; index < end; index++) {
    onPause?.()
    const stop = Atomics.load(words, base + Slot.stop)
    if (stop !== Stop.none) {
      if (stop & Stop.cancelled) return false
      // Chunks below a failing one are still worked on, so that the error that is reported is always that of the lowest.
      if (index > Atomics.load(words, base + Slot.failedAt)) continue
    }
    words[line + Entry.position] = index
    try {
      body(index)
    } catch (error) {
      region.fail(index, error)
    }
  }
  words[line + Entry.position] = NO_CHUNK
  if (trace !== undefined) {
    const first = reader.firstChunk ?? 0
    trace.add(Span.claim, region.sequence, region.kernel, first + start, first + end, startedAt, now())
  }
  failPoint?.('worked')
  region.advance(reader.extent(start, end), end - start)
  return true
}
