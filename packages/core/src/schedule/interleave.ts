import { stretchStart } from './stretch.js'

/**
 * The chunk that `index` stands for, so that ranks that go through their own stretches (`stretch.ts`) work side by side: at any time they are at
 * neighbouring chunks, from first to last. Each chunk once. `width` need not be that of the region, but should.
 */
export function interleaved(index: number, count: number, width: number): number {
  const rank = Math.ceil(((index + 1) * width) / count) - 1
  const start = stretchStart(count, width, rank)
  const rounds = Math.floor(count / width)
  const round = index - start
  // The last round is of those ranks whose stretch is longer by one.
  return round < rounds ? round * width + rank : rounds * width + start - rank * rounds
}
