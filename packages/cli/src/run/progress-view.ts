import type { JobProgress } from '@shoal/core/job'

/** How progress is shown to people. */
export interface ProgressView {
  update(jobName: string, progress: JobProgress, workers: number | undefined): void
  /** Takes away what must not stay; the next update shows it again. */
  stop(): void
}
