import type { JobSample } from '@shoal/core/job'

export interface Throughput {
  readonly atMs: readonly number[]
  /** Null where a stage ends and another begins to count. */
  readonly perSecond: readonly (number | null)[]
}

const maxPoints = 150

/** Between samples that are far enough apart for the steps of single chunks not to be all that is seen. */
export function throughputOf(samples: readonly JobSample[], elapsedMs: number): Throughput {
  const atMs: number[] = []
  const perSecond: (number | null)[] = []
  // The last sample comes whenever the run ends: too soon after the one before to say much.
  const leastMs = Math.max(elapsedMs / maxPoints, elapsedMs / samples.length / 2)
  let last = samples[0]
  for (const sample of samples.slice(1)) {
    const isNewStage = sample.stage !== last!.stage
    if (!isNewStage && sample.atMs - last!.atMs < leastMs) continue
    if (sample.atMs > last!.atMs) {
      atMs.push(sample.atMs)
      perSecond.push(isNewStage ? null : ((sample.done - last!.done) / (sample.atMs - last!.atMs)) * 1000)
    }
    last = sample
  }
  return { atMs, perSecond }
}
