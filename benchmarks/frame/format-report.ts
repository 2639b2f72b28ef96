import { markdownTable } from 'markdown-table'
import type { ComparisonReport, Measurement } from './compare.js'
import type { MachineFacts } from './machine.js'

/** One line of facts, for above the tables. */
export function formatMachine(facts: MachineFacts): string {
  const gib = (facts.memoryBytes / 2 ** 30).toFixed(0)
  return [
    `${facts.cpu}, ${facts.usableCpus} usable CPUs, ${gib} GiB, ${facts.kernel}, Node ${facts.node}`,
    `${facts.compiler} ${facts.compilerFlags}; load before: ${facts.loadBefore.toFixed(2)}`,
  ].join('\n')
}

/** A Markdown table of one comparison, and a line for each side that could not take part and for each target. */
export function formatComparison(report: ComparisonReport): string {
  const measures = [...new Set(report.sides.flatMap((side) => Object.keys(side.measures)))].sort(
    (a, b) => Number(b === 'work') - Number(a === 'work'),
  )
  const header = [report.name, ...measures.flatMap((measure) => [`${measure}, s`, 'min … max', `× ${report.reference}`])]
  const rows = report.sides.map((side) => [side.name, ...measures.flatMap((measure) => cells(side.measures[measure]))])
  const table = markdownTable([header, ...rows], { align: ['l', ...measures.flatMap(() => ['r', 'c', 'r'])] })
  const targets = report.targets.map(({ side, reference, measure, atMost, reached, met }) => {
    const what = reference === undefined ? `${side} (${measure})` : `${side} / ${reference} (${measure})`
    return `${met ? 'met' : 'MISSED'}: ${what} is ${reached.toPrecision(3)}, wanted at most ${atMost.toPrecision(3)}`
  })
  const skipped = report.skipped.map(({ name, why }) => `SKIPPED: ${name}: ${why}`)
  return [table, ...skipped, ...targets].join('\n')
}

function cells(measurement: Measurement | undefined): [median: string, spread: string, ratio: string] {
  if (measurement === undefined) return ['', '', '']
  const { trials, median, ratio } = measurement
  return [seconds(median), `${seconds(Math.min(...trials))} … ${seconds(Math.max(...trials))}`, ratio.toFixed(2)]
}

function seconds(value: number): string {
  return value >= 1 ? value.toFixed(2) : value.toPrecision(3)
}
