import util from 'node:util'

/** Options of `shoal run` that are followed by a value: without them a value would look like a FILE. */
const valued = [
  ...['param', 'config', 'workers', 'backend', 'schedule', 'chunk-length', 'affinity', 'timeout', 'max-memory', 'retries', 'on-error'],
  ...['quarantine', 'checkpoint', 'report', 'trace'],
]

/** Whether the arguments of `npm start` say what to work on, or ask for help only; if not, a sample is wanted. */
export function namesInput(args) {
  const takesValue = valued.map((name) => [name, { type: 'string', multiple: true }])
  const options = { ...Object.fromEntries(takesValue), help: { type: 'boolean', short: 'h' } }
  const { values, positionals } = util.parseArgs({ args, options, strict: false, allowPositionals: true })
  return positionals.length > 0 || values.param !== undefined || values.help === true
}
