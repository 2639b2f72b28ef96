import { markdownTable } from 'markdown-table'
import type { ComparisonReport, Measurement } from './compare.js'
import type { MachineFacts } from './machine.js'
import { formatNumber, formatTime, type Unit, unitOf } from './units.js'

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
  const columns = measures.map((measure) => {
    const medians = report.sides.flatMap((side) => side.measures[measure]?.median ?? [])
    return { measure, unit: unitOf(...medians) }
  })
  const header = [
    report.name,
    ...columns.flatMap(({ measure, unit }) => [`${measure}, ${unit.name}`, 'min … max', `× ${report.reference}`]),
  ]
  const rows = report.sides.map((side) => [side.name, ...columns.flatMap(({ measure, unit }) => cells(side.measures[measure], unit))])
  const table = markdownTable([header, ...rows], { align: ['l', ...measures.flatMap(() => ['r', 'c', 'r'])] })
  const targets = report.targets.map(({ side, reference, measure, atMost, reached, met }) => {
    const format = reference === undefined ? formatTime : formatNumber
    const what = reference === undefined ? `${side} (${measure})` : `${side} / ${reference} (${measure})`
    return `${met ? 'met' : 'MISSED'}: ${what} is ${format(reached)}, wanted at most ${format(atMost)}`
  })
  const skipped = report.skipped.map(({ name, why }) => `SKIPPED: ${name}: ${why}`)
  return [table, ...skipped, ...targets].join('\n')
}

function cells(measurement: Measurement | undefined, unit: Unit): [median: string, spread: string, ratio: string] {
  if (measurement === undefined) return ['', '', '']
  const { trials, median, ratio } = measurement
  const inUnit = (seconds: number) => formatNumber(seconds / unit.seconds)
  return [inUnit(median), `${inUnit(Math.min(...trials))} … ${inUnit(Math.max(...trials))}`, formatNumber(ratio)]
}
