import type { JobPlan, StagePlan } from '@shoal/core/job'
import { bytesText } from '../text/bytes.js'
import { counted } from './progress-facts.js'

/** What `--dry-run` prints. */
export function planText(plan: JobPlan): string {
  const { job, version, backend, workers, stages, memoryBytes, outputs, checkpoint } = plan
  return [
    `job         ${job}${version === undefined ? '' : `, version ${version}`}`,
    `workers     ${workers} ${backend}`,
    ...stages.flatMap((stage, index) => {
      // One stage alone has the job's name.
      return stages.length > 1 ? stageLines(stage, `stage ${index + 1}`) : stageLines({ ...stage, name: undefined }, 'work')
    }),
    `memory      about ${bytesText(memoryBytes)}, beside what the kernels take`,
    ...outputs.map(({ path, byteLength }) => `output      ${path}${byteLength === undefined ? '' : `, ${bytesText(byteLength)}`}`),
    ...(checkpoint === undefined ? [] : checkpointLines(checkpoint)),
  ]
    .map((line) => `${line}\n`)
    .join('')
}

function stageLines({ name, kind, chunks, total, counts, inputs }: StagePlan, title: string): string[] {
  const amount = total === undefined ? [] : [counts === 'bytes' ? bytesText(total) : `${total} ${counts ?? 'elements'}`]
  const facts = [...(name === undefined ? [] : [name]), kind === 'program' ? 'a program' : chunksText(chunks), ...amount]
  return [
    `${title.padEnd(10)}  ${facts.join(', ')}`,
    ...inputs.map(({ path, byteLength }) => `input       ${path}, ${bytesText(byteLength)}`),
  ]
}

function chunksText(chunks: number | undefined): string {
  return chunks === undefined ? 'chunks, as many as the stages before leave' : counted(chunks, 'chunk')
}

function checkpointLines({ path, found, differences }: NonNullable<JobPlan['checkpoint']>): string[] {
  const state = found === undefined ? 'nothing there yet' : `${counted(found.chunks, 'chunk')} done in stage ${found.stage + 1}`
  return [`checkpoint  ${path}: ${state}`, ...differences.map((difference) => `differs     ${difference}`)]
}
