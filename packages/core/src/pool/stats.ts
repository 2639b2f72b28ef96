import type { Histogram } from 'node:perf_hooks'
import { type Control, Rank } from '../protocol/index.js'

/** What a pool has done so far. */
export interface PoolStats {
  /** Since the workers were ready. */
  readonly elapsedMs: number
  readonly regions: CallStats
  readonly tasks: CallStats
  readonly ranks: readonly RankStats[]
}

/** The calls of a pool that have come to their end. */
export interface CallStats {
  readonly completed: number
  readonly failed: number
  /** How long calls have waited for workers, and how long they took after that, in nanoseconds; undefined without `recordTiming`. */
  readonly waitTime: Histogram | undefined
  readonly runTime: Histogram | undefined
}

/** What a rank has done, whoever has had it; in a synchronous call rank 0 is the calling thread. Without what dead workers had begun. */
export interface RankStats {
  readonly rank: number
  readonly regions: number
  readonly tasks: number
  readonly chunks: number
  /** How much of sources its chunks have covered: elements, records, or bytes of text files; and what `ctx.progress` was told. */
  readonly extent: number
  /** Time in regions, waiting for others there included, and in tasks; the rest is idle. Undefined without `recordTiming`. */
  readonly busyMs: number | undefined
  readonly idleMs: number | undefined
}

export function rankStats({ words, doubles, layout }: Control, rank: number, elapsedMs: number, isTimed: boolean): RankStats {
  const base = layout.rank(rank)
  const busyMs = isTimed ? doubles[(base + Rank.busyMs) / 2]! : undefined
  return {
    rank,
    regions: words[base + Rank.regions]!,
    tasks: words[base + Rank.tasks]!,
    chunks: doubles[(base + Rank.chunks) / 2]!,
    extent: doubles[(base + Rank.extent) / 2]!,
    busyMs,
    idleMs: busyMs === undefined ? undefined : Math.max(0, elapsedMs - busyMs),
  }
}
