import type { ChunkTiming } from '@shoal/core/job'

/** More would make the page slow to load, and could not be told apart unless zoomed in far. */
const maxSpans = 40_000
const maxStragglers = 10

/**
 * Neighbours on a rank are merged until there are few enough spans to draw; a merged span goes from the start of the first to the end of the
 * last. By rank and time.
 */
export function thinned(timings: readonly ChunkTiming[]): ChunkTiming[] {
  let spans = timings.toSorted((a, b) => a.rank - b.rank || a.startMs - b.startMs)
  while (spans.length > maxSpans) spans = mergePairs(spans)
  return spans
}

function mergePairs(spans: readonly ChunkTiming[]): ChunkTiming[] {
  const merged: ChunkTiming[] = []
  for (let index = 0; index < spans.length; index++) {
    const [span, next] = [spans[index]!, spans[index + 1]]
    const isPair = next !== undefined && next.rank === span.rank && next.stage === span.stage
    merged.push(isPair ? { ...span, end: next.end, endMs: next.endMs } : span)
    if (isPair) index++
  }
  return merged.length < spans.length ? merged : spans.slice(0, maxSpans)
}

/** What one of the chunks took; several claimed together share their time. */
export function chunkMs({ startMs, endMs, first, end }: ChunkTiming): number {
  return (endMs - startMs) / Math.max(1, end - first)
}

/** The median of all chunks' times; 0 where there are none. */
export function medianMs(timings: readonly ChunkTiming[]): number {
  const sorted = timings.toSorted((a, b) => chunkMs(a) - chunkMs(b))
  let left = sorted.reduce((sum, { first, end }) => sum + end - first, 0) / 2
  for (const timing of sorted) {
    left -= timing.end - timing.first
    if (left <= 0) return chunkMs(timing)
  }
  return 0
}

/** The slowest, slowest first. */
export function stragglers(timings: readonly ChunkTiming[]): ChunkTiming[] {
  return timings.toSorted((a, b) => chunkMs(b) - chunkMs(a)).slice(0, maxStragglers)
}
