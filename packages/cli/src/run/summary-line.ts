import type { JobReport } from '@shoal/core/job'

/** `one-billion-rows: 10000000 rows, 137939434 bytes, 0.41 s, 0.336 GB/s, threads, 2 workers`, without what is not known. */
export function summaryLine(jobName: string, { rows, bytes, elapsedMs, backend, workers }: JobReport): string {
  const seconds = elapsedMs / 1000
  const facts = [
    rows === undefined ? [] : `${rows} rows`,
    bytes === undefined ? [] : `${bytes} bytes`,
    `${seconds.toFixed(2)} s`,
    bytes === undefined ? [] : `${(bytes / 1e9 / seconds).toFixed(3)} GB/s`,
    backend,
    `${workers} ${workers === 1 ? 'worker' : 'workers'}`,
  ]
  return `${jobName}: ${facts.flat().join(', ')}`
}
