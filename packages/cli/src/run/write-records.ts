import type { JobRecording, JobReport } from '@shoal/core/job'
import { replaceFile } from './replace-file.js'

/** Writes the files of `--trace` and `--report`. */
export async function writeRecords(
  paths: { readonly report?: string; readonly trace?: string },
  recording: JobRecording,
  report: JobReport,
): Promise<void> {
  if (paths.trace !== undefined) writeRecord('trace', paths.trace, JSON.stringify(recording.trace))
  if (paths.report === undefined) return
  // Only who wants a report pays for what makes it.
  const [{ packageVersion }, { reportPage }] = await Promise.all([import('../package-version.js'), import('../report/report-page.js')])
  writeRecord('report', paths.report, reportPage(recording, report, packageVersion()))
}

function writeRecord(what: string, path: string, text: string): void {
  try {
    replaceFile(path, text)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw Object.assign(new Error(`the job is done, but its ${what} ${path} cannot be written: ${message}`, { cause }), { code })
  }
}
