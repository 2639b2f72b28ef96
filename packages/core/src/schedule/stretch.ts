/**
 * The chunks of a region are dealt out in `width` contiguous stretches, one a rank. A rank claims from its own stretch and, when that is
 * empty, from the others: neighbours stay with one rank, so partial results combine locally, and no two ranks share a counter until the end.
 * The first stretches are longer by one where the chunks do not come out even: as many chunks as each rank has when they go round in turn.
 */
export function stretchStart(chunkCount: number, width: number, stretch: number): number {
  return stretch * Math.floor(chunkCount / width) + Math.min(stretch, chunkCount % width)
}

/**
 * A claim aims at this much measured work. It costs 20 ns while its words lie in the cache, and a microsecond of waiting for memory after a
 * chunk that has displaced them.
 */
const CLAIM_NS = 100_000
export const MAX_CLAIM = 64

/** Claims a rank has of a region, at least: so that who claims chunks that prove a hundred times as heavy does not hold its whole share of them. */
const CLAIMS = 96

/**
 * How many chunks the next claim takes: about 100 µs of work by the measured time of a chunk, at most 64, few of all `count`,
 * and no more than a share of what is left, so that claims halve towards the end.
 */
export function claimLength(nsPerChunk: number, left: number, count: number, width: number): number {
  const byTime = nsPerChunk > 0 ? Math.floor(CLAIM_NS / nsPerChunk) : MAX_CLAIM
  const byCount = Math.ceil(count / (CLAIMS * width))
  const byShare = Math.ceil(left / (2 * width))
  return Math.max(1, Math.min(MAX_CLAIM, byTime, byCount, byShare))
}
