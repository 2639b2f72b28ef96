import type { JobReport } from '@shoal/core/job'
import { siText } from '../text/si.js'
import { counted } from './progress-facts.js'

/** `one-billion-rows: 10000000 rows, 137939434 bytes, 0.41 s, 336 MB/s, threads, 2 workers`, without what is not known or none. */
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
    bytes === undefined ? [] : siText(bytes / seconds, 'B/s'),
    backend,
    counted(workers, 'worker'),
    retries === 0 ? [] : counted(retries, 'retry'),
    skipped === 0 ? [] : `${skipped} skipped`,
  ]
  return `${jobName}: ${facts.flat().join(', ')}`
}
