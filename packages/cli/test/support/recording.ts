import type { ChunkTiming, JobRecording, JobReport } from '@shoal/core/job'

/** A recording of a run that never was: two stages, `workers` ranks, chunks of differing length and one straggler. */
export function recordingOf({ workers = 4, chunks = 400 } = {}): { recording: JobRecording; report: JobReport } {
  const timings: ChunkTiming[] = []
  const clock = new Array<number>(workers).fill(0)
  for (let chunk = 0; chunk < chunks; chunk++) {
    const rank = clock.indexOf(Math.min(...clock))
    const stage = chunk < (chunks * 3) / 4 ? 0 : 1
    const startMs = clock[rank]! + 0.3
    const endMs = startMs + (chunk === 37 ? 400 : 20 + ((chunk * 7919) % 31) + (chunk % 53 === 0 ? 90 : 0))
    timings.push({ rank, stage, first: chunk, end: chunk + 1, startMs, endMs })
    clock[rank] = endMs
  }
  const elapsedMs = Math.max(...clock)
  const samples = Array.from({ length: Math.ceil(elapsedMs / 100) + 1 }, (_, index) => {
    const atMs = Math.min(elapsedMs, index * 100)
    const done = timings.filter(({ endMs }) => endMs <= atMs)
    const stage = done.some((timing) => timing.stage === 1) ? 1 : 0
    const inStage = done.filter((timing) => timing.stage === stage).length
    return { atMs, stage, done: inStage * 1_048_576, memoryBytes: 120e6 + 8e6 * Math.sin(index / 7) + index * 1e5 }
  })
  const middle = Math.min(...timings.filter(({ stage }) => stage === 1).map(({ startMs }) => startMs))
  const stage = { kind: 'chunks', resumedChunks: 0, counts: 'bytes' } as const
  const recording: JobRecording = {
    job: 'made-up <job> & "co"',
    version: 1,
    params: { file: '</script><script>alert(1)</script>', least: 4 },
    startedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
    elapsedMs,
    stages: [
      { ...stage, name: 'count', startMs: 0, endMs: middle, chunks: (chunks * 3) / 4, total: 3e8 },
      { ...stage, name: undefined, startMs: middle, endMs: elapsedMs, chunks: chunks / 4, total: 1e8 },
    ],
    retries: 2,
    skipped: [{ start: 100, end: 120, path: 'bad <file>.txt' }],
    samples,
    timings,
    trace: undefined,
  }
  return { recording, report: { backend: 'threads', workers, elapsedMs, rows: 123456, bytes: 4e8 } }
}
