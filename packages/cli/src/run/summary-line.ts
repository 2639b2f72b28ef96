import type { JobReport } from '@shoal/core/job'
import { counted } from './progress-facts.js'

/** `one-billion-rows: 10000000 rows, 137939434 bytes, 0.41 s, 0.336 GB/s, threads, 2 workers`, without what is not known or none. */
export function summaryLine(
  jobName: string,
  { rows, bytes, elapsedMs, backend, workers }: JobReport,
  { retries, skipped }: { readonly retries: number; readonly skipped: number },
): string {
  const seconds = elapsedMs / 1000
  const facts = [
    rows === undefined ? [] : counted(rows, 'row'),
    bytes === undefined ? [] : counted(bytes, 'byte'),
    `${seconds.toFixed(2)} s`,
    bytes === undefined ? [] : `${(bytes / 1e9 / seconds).toFixed(3)} GB/s`,
    backend,
    counted(workers, 'worker'),
    retries === 0 ? [] : counted(retries, 'retry'),
    skipped === 0 ? [] : `${skipped} skipped`,
  ]
  return `${jobName}: ${facts.flat().join(', ')}`
}
