import { moduleKernel } from '../pool/index.js'
import { jobKey } from './define-job.js'
import type { JobRun } from './job-run.js'

/** A function of a stage for workers: they import it from the job's module, where they are told which that is. */
export function stageKernel({ definition, options, stages }: JobRun, index: number, part: 'chunk' | 'combine' | 'program'): unknown {
  const url = options.url ?? definition.url
  if (url === undefined) return stages[index]![part]
  const path = definition.stages === undefined ? ['default', part] : ['default', 'stages', String(index), part]
  return moduleKernel(url, path, jobKey(definition.name))
}
