import { writeFileSync } from 'node:fs'
import type { JobRecording, JobReport } from '@shoal/core/job'

/** Writes the files of `--trace` and `--report`. */
export async function writeRecords(
  paths: { readonly report?: string; readonly trace?: string },
  recording: JobRecording,
  report: JobReport,
): Promise<void> {
  if (paths.trace !== undefined) writeFileSync(paths.trace, JSON.stringify(recording.trace))
  if (paths.report === undefined) return
  // Only who wants a report pays for what makes it.
  const [{ packageVersion }, { reportPage }] = await Promise.all([import('../package-version.js'), import('../report/report-page.js')])
  writeFileSync(paths.report, reportPage(recording, report, packageVersion()))
}
