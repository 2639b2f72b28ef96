import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type ComparisonReport, compare } from './compare.js'
import { formatComparison, formatMachine } from './format-report.js'
import { machineFacts } from './machine.js'
import { cacheFolder } from './paths.js'
import type { Comparison, Suite } from './suite.js'
import { suites } from './suites.js'
import { formatTime } from './units.js'

const defaultTrials = 5

class UsageError extends Error {}

async function main([name = '', ...args]: string[]): Promise<void> {
  if (!Object.hasOwn(suites, name)) throw new UsageError(`Expected a suite (${Object.keys(suites).join(', ')}) but received '${name}'`)
  const suite = await suites[name]!()
  const { trials, only, options } = parseOptions(suite, args)

  const comparisons = chosen(await suite.prepare(options), only)
  const machine = await machineFacts()
  console.log(`${formatMachine(machine)}\n${JSON.stringify({ ...options, trials, only })}\n`)
  const reports: ComparisonReport[] = []
  for (const comparison of comparisons) {
    const report = await compare(comparison, trials, (round, side, seconds) => {
      const times = Object.entries(seconds).map(([measure, value]) => `${measure} ${formatTime(value)}`)
      console.error(`round ${round + 1} of ${trials}: ${side.name}: ${times.join(', ')}`)
    })
    console.log(`${formatComparison(report)}\n`)
    reports.push(report)
  }

  const folder = join(cacheFolder, 'benchmarks')
  await mkdir(folder, { recursive: true })
  const record = { suite: suite.name, date: new Date().toISOString(), options: { ...options, trials, only }, machine, comparisons: reports }
  // The report of the whole suite stays where only a part is measured.
  const file = only === '' ? `${suite.name}.json` : `${suite.name}.part.json`
  await writeFile(join(folder, file), `${JSON.stringify(record, undefined, 2)}\n`)
}

/** Those whose name contains `only`. */
function chosen(comparisons: readonly Comparison[], only: string): readonly Comparison[] {
  const found = comparisons.filter(({ name }) => name.includes(only))
  if (found.length > 0) return found
  const names = comparisons.map(({ name }) => `'${name}'`).join(', ')
  throw new UsageError(`Expected a part of a comparison's name (${names}) for --only but received '${only}'`)
}

function parseOptions(suite: Suite, args: string[]): { trials: number; only: string; options: Record<string, number> } {
  const defaults = { trials: defaultTrials, ...suite.options }
  const names = [...Object.keys(defaults), 'only']
  const { only = '', ...given } = parseArgs({
    args,
    options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
  }).values
  const parsed = { ...defaults }
  for (const [name, text] of Object.entries(given)) {
    const value = Number(text)
    if (!Number.isSafeInteger(value) || value < 1) throw new UsageError(`Expected a whole number from 1 for --${name} but received ${text}`)
    Object.assign(parsed, { [name]: value })
  }
  const { trials, ...options } = parsed
  return { trials, only, options }
}

main(process.argv.slice(2)).catch((error: Error & { code?: unknown }) => {
  const isUsage = error instanceof UsageError || String(error.code).startsWith('ERR_PARSE_ARGS')
  console.error(error.message)
  process.exitCode = isUsage ? 2 : 1
})
