import { writeFileSync } from 'node:fs'
import type { JobRecording, JobReport } from '@shoal/core/job'
import { packageVersion } from '../package-version.js'
import { reportPage } from './report-page.js'

/** Writes the page of `--report`. */
export function writeReport(path: string, recording: JobRecording, report: JobReport): void {
  writeFileSync(path, reportPage(recording, report, packageVersion()))
}
