import type { JobProgress } from '@shoal/core/job'
import { durationText } from '../text/duration.js'
import { siText } from '../text/si.js'

/** What bar and lines say of a run: `1.2 GB/s, 12 s left, 120 of 400 chunks, 4 workers, 1 retry`. Nobody knows the end of a program's steps. */
export function progressFacts(progress: JobProgress, workers: number | undefined): string {
  const { done, total, resumed, elapsedMs, counts, chunks, totalChunks, retries, skipped } = progress
  const perMs = elapsedMs > 0 ? Math.max(0, done - resumed) / elapsedMs : 0
  const facts = [
    perMs > 0 ? [siText(perMs * 1000, counts === 'bytes' ? 'B/s' : '/s')] : [],
    perMs > 0 && total > 0 ? [`${durationText((total - done) / perMs)} left`] : [],
    counts === 'steps' ? [counted(done, 'step')] : totalChunks > 0 ? [`${chunks} of ${totalChunks} chunks`] : [],
    workers === undefined ? [] : [counted(workers, 'worker')],
    retries === 0 ? [] : [counted(retries, 'retry')],
    skipped === 0 ? [] : [`${skipped} skipped`],
  ]
  return facts.flat().join(', ')
}

/** The job, and which of its stages. */
export function progressName(jobName: string, { stage, stages }: JobProgress): string {
  return stages > 1 ? `${jobName} ${stage + 1}/${stages}` : jobName
}

export function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what.endsWith('y') ? `${what.slice(0, -1)}ies` : `${what}s`}`
}
