/**
 * The chunk that `index` stands for, so that ranks that go through their own stretches (`stretch.ts`) work side by side: rank r at the chunks
 * r, r + width, r + 2 × width, …; at any time they are at neighbouring chunks, from first to last. Each chunk once. `width` need not be that of
 * the region, but should.
 */
export function interleaved(index: number, count: number, width: number): number {
  const rounds = Math.floor(count / width)
  const longer = count % width
  const start = longer * (rounds + 1)
  // The first stretches have a chunk of the last round, which not all ranks have one of.
  if (index < start) return (index % (rounds + 1)) * width + Math.floor(index / (rounds + 1))
  return ((index - start) % rounds) * width + longer + Math.floor((index - start) / rounds)
}
