import type { ChunkTiming, JobRecording, JobReport } from '@shoal/core/job'
import { type Histogram, histogramOf } from './histogram.js'
import { chunkMs, medianMs, thinned } from './spans.js'
import { type Throughput, throughputOf } from './throughput.js'

/** All that the page draws; it travels in the page as JSON. Times are milliseconds after the start. */
export interface ReportData {
  readonly elapsedMs: number
  readonly ranks: number
  readonly stages: readonly { readonly name: string; readonly startMs: number; readonly endMs: number }[]
  readonly spans: SpanColumns
  /** The median of all chunks' times, against which a span is slow. */
  readonly medianMs: number
  readonly throughput: Throughput
  /** What the throughput counts a second of. */
  readonly counts: 'bytes' | 'elements' | 'steps'
  readonly memory: { readonly atMs: readonly number[]; readonly bytes: readonly number[] }
  readonly chunkTimes: Histogram
}

/** When which rank had which chunks, by rank and time; columns, because there are many. */
export interface SpanColumns {
  readonly rank: readonly number[]
  readonly startMs: readonly number[]
  readonly endMs: readonly number[]
  readonly first: readonly number[]
  readonly chunks: readonly number[]
}

export function reportData(recording: JobRecording, { workers }: JobReport): ReportData {
  const { elapsedMs, timings, samples, stages } = recording
  return {
    elapsedMs,
    ranks: timings.reduce((ranks, { rank }) => Math.max(ranks, rank + 1), workers),
    stages: stages.map(({ name, startMs, endMs }, index) => ({ name: stageName(name, index), startMs, endMs })),
    spans: columnsOf(thinned(timings)),
    medianMs: medianMs(timings),
    throughput: throughputOf(samples, elapsedMs),
    counts: stages[0]?.counts ?? 'elements',
    memory: { atMs: samples.map(({ atMs }) => atMs), bytes: samples.map(({ memoryBytes }) => memoryBytes) },
    chunkTimes: histogramOf(timings.map((timing) => ({ value: chunkMs(timing), count: timing.end - timing.first }))),
  }
}

export function stageName(name: string | undefined, index: number): string {
  return name ?? `stage ${index + 1}`
}

function columnsOf(spans: readonly ChunkTiming[]): SpanColumns {
  // Nanoseconds would double the size of the page.
  const microseconds = (ms: number) => Math.round(ms * 1000) / 1000
  return {
    rank: spans.map(({ rank }) => rank),
    startMs: spans.map(({ startMs }) => microseconds(startMs)),
    endMs: spans.map(({ endMs }) => microseconds(endMs)),
    first: spans.map(({ first }) => first),
    chunks: spans.map(({ first, end }) => end - first),
  }
}
