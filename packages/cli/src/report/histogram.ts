/** Counts between edges: `counts[i]` values lie in `[edges[i], edges[i + 1])`, the last in `[…, …]`. */
export interface Histogram {
  readonly edges: readonly number[]
  readonly counts: readonly number[]
}

const maxBins = 40

/**
 * A histogram with bins of equal ratio, since times of chunks differ by factors.
 * @param values each with how many there are of it; those that are not above 0 count as the least that is
 */
export function histogramOf(values: readonly { readonly value: number; readonly count: number }[]): Histogram {
  const positive = values.map(({ value }) => value).filter((value) => value > 0)
  if (positive.length === 0) return { edges: [], counts: [] }
  const least = positive.reduce((a, b) => Math.min(a, b))
  const most = positive.reduce((a, b) => Math.max(a, b))
  const bins = most > least ? Math.min(maxBins, Math.max(8, Math.ceil(Math.sqrt(values.length)))) : 1
  const ratio = most > least ? (most / least) ** (1 / bins) : 2
  const counts = new Array<number>(bins).fill(0)
  for (const { value, count } of values) {
    const bin = value <= least ? 0 : Math.floor(Math.log(value / least) / Math.log(ratio))
    counts[Math.min(bins - 1, bin)]! += count
  }
  return { edges: Array.from({ length: bins + 1 }, (_, edge) => least * ratio ** edge), counts }
}
