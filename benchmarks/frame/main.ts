import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type ComparisonReport, compare } from './compare.js'
import { formatComparison, formatMachine } from './format-report.js'
import { machineFacts } from './machine.js'
import { cacheFolder } from './paths.js'
import type { Suite } from './suite.js'
import { suites } from './suites.js'

const defaultTrials = 5

class UsageError extends Error {}

async function main([name = '', ...args]: string[]): Promise<void> {
  if (!Object.hasOwn(suites, name)) throw new UsageError(`Expected a suite (${Object.keys(suites).join(', ')}) but received '${name}'`)
  const suite = await suites[name]!()
  const { trials, ...options } = parseOptions(suite, args)

  const comparisons = await suite.prepare(options)
  const machine = await machineFacts()
  console.log(`${formatMachine(machine)}\n${JSON.stringify({ ...options, trials })}\n`)
  const reports: ComparisonReport[] = []
  for (const comparison of comparisons) {
    const report = await compare(comparison, trials, (round, side, seconds) => {
      const times = Object.entries(seconds).map(([measure, value]) => `${measure} ${value.toFixed(3)} s`)
      console.error(`round ${round + 1} of ${trials}: ${side.name}: ${times.join(', ')}`)
    })
    console.log(`${formatComparison(report)}\n`)
    reports.push(report)
  }

  const folder = join(cacheFolder, 'benchmarks')
  await mkdir(folder, { recursive: true })
  const record = { suite: suite.name, date: new Date().toISOString(), options: { ...options, trials }, machine, comparisons: reports }
  await writeFile(join(folder, `${suite.name}.json`), `${JSON.stringify(record, undefined, 2)}\n`)
}

function parseOptions(suite: Suite, args: string[]): Record<string, number> & { trials: number } {
  const defaults = { trials: defaultTrials, ...suite.options }
  const options = Object.fromEntries(Object.keys(defaults).map((name) => [name, { type: 'string' as const }]))
  const parsed = { ...defaults }
  for (const [name, text] of Object.entries(parseArgs({ args, options }).values)) {
    const value = Number(text)
    if (!Number.isSafeInteger(value) || value < 1) throw new UsageError(`Expected a whole number from 1 for --${name} but received ${text}`)
    Object.assign(parsed, { [name]: value })
  }
  return parsed
}

main(process.argv.slice(2)).catch((error: Error & { code?: unknown }) => {
  const isUsage = error instanceof UsageError || String(error.code).startsWith('ERR_PARSE_ARGS')
  console.error(error.message)
  process.exitCode = isUsage ? 2 : 1
})
