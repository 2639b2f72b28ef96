import { columns } from '../text/columns.js'
import { jsonText } from '../text/json.js'
import { describeParams, type ParamDescription } from './describe-params.js'
import { loadJob } from './load-job.js'

/** What `shoal run JOB --help` says of the job. */
export async function jobHelp(jobFile: string): Promise<string> {
  const { job } = await loadJob(jobFile)
  const params = await describeParams(job)
  const usage = params.map(({ name, isRequired }) => (isRequired ? `<${name}>` : `[${name}]`))
  const table = columns(['  PARAMETER', 'TYPE', 'DEFAULT', ''], params.map(cells))
  return `${job.name}: shoal run ${[jobFile, ...usage].join(' ')}\n\n${params.length === 0 ? 'It has no parameters.\n' : `${table}`}\n`
}

function cells({ name, type, isRequired, default: value, help }: ParamDescription): string[] {
  const missing = isRequired ? '(required)' : '-'
  return [`  ${name}`, type, value === undefined ? missing : typeof value === 'string' ? value : (jsonText(value) ?? '-'), help ?? '']
}
