import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { JobRecording, JobReport } from '@shoal/core/job'
import { bytesText } from '../text/bytes.js'
import { durationText } from '../text/duration.js'
import { jsonText } from '../text/json.js'
import { escapeHtml } from './escape-html.js'
import { type Facts, machineFacts } from './machine-facts.js'
import { type ReportData, reportData, stageName } from './report-data.js'
import { chunkMs, medianMs, stragglers } from './spans.js'
import { style } from './style.js'

/** Scripts of the page, in the order in which they need each other. */
const scripts = ['format', 'charts', 'timeline', 'page']

/**
 * The report of a run: one page that needs nothing else, styles, charts and data within it. It may not even ask the network: its content
 * security policy allows nothing from outside.
 */
export function reportPage(recording: JobRecording, report: JobReport, version: string): string {
  const data = reportData(recording, report)
  const title = `${recording.job}: ${durationText(recording.elapsedMs)}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>
${uplot('uPlot.min.css')}
${style}
</style>
</head>
<body>
${body(recording, report, data)}
<footer>Written by shoal ${escapeHtml(version)}. Charts by uPlot.</footer>
<script id="data" type="application/json">${jsonInScript(data)}</script>
<script>${uplot('uPlot.iife.min.js')}</script>
<script>
(() => {
'use strict'
${scripts.map(script).join('\n')}
})()
</script>
</body>
</html>
`
}

function body(recording: JobRecording, report: JobReport, data: ReportData): string {
  const { job, params, stages, timings, skipped } = recording
  return [
    `<header><h1>${escapeHtml(job)}</h1><p>${escapeHtml(new Date(recording.startedAt).toString())}</p></header>`,
    `<div class="facts">${facts('Summary', summaryFacts(recording, report))}${facts('Parameters', paramFacts(params))}${facts('Machine', machineFacts())}</div>`,
    chart('timeline', 'Timeline', 'What each worker did when. Drag to zoom in, double-click to zoom out; the charts below follow.'),
    chart('throughput', 'Throughput', `${data.counts} a second`),
    chart('memory', 'Memory', 'What the processes of the job occupy beside mapped files.'),
    chart('chunk-times', 'Chunk times', 'How many chunks took how long.'),
    table(
      'Stragglers',
      ['chunks', 'worker', 'from', 'took', 'times the median'],
      stragglers(timings).map((timing) => [
        timing.end - timing.first === 1 ? `${timing.first}` : `${timing.first} to ${timing.end - 1}`,
        `${timing.rank}`,
        millisecondsText(timing.startMs),
        millisecondsText(timing.endMs - timing.startMs),
        `${(chunkMs(timing) / medianMs(timings)).toFixed(1)}`,
      ]),
    ),
    table(
      'Stages',
      ['stage', 'took', 'chunks', 'done by earlier runs'],
      stages.map(({ name, startMs, endMs, chunks, resumedChunks }, index) => [
        stageName(name, index),
        millisecondsText(endMs - startMs),
        `${chunks}`,
        `${resumedChunks}`,
      ]),
    ),
    skipped.length === 0
      ? ''
      : table(
          'Skipped',
          ['from', 'to', 'file'],
          skipped.map(({ start, end, path }) => [`${start}`, `${end}`, path ?? '']),
        ),
  ].join('\n')
}

function summaryFacts({ elapsedMs, retries, skipped, stages, samples }: JobRecording, report: JobReport): Facts {
  const { backend, workers, rows, bytes } = report
  const peak = samples.reduce((most, { memoryBytes }) => Math.max(most, memoryBytes), 0)
  return {
    took: durationText(elapsedMs),
    ...(rows !== undefined && { rows: rows.toLocaleString('en') }),
    ...(bytes !== undefined && { bytes: `${bytesText(bytes)}, ${bytesText(bytes / (elapsedMs / 1000))}/s` }),
    workers: `${workers} ${backend}`,
    chunks: stages.reduce((sum, { chunks }) => sum + chunks, 0).toLocaleString('en'),
    retries: `${retries}`,
    skipped: `${skipped.length}`,
    'most memory': bytesText(peak),
  }
}

function paramFacts(params: unknown): Facts {
  const entries = Object.entries(Object(params) as Record<string, unknown>)
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === 'string' ? value : (jsonText(value) ?? '')]))
}

function facts(title: string, values: Facts): string {
  const entries = Object.entries(values).map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`)
  return `<section><h2>${title}</h2>${entries.length === 0 ? '<p>none</p>' : `<dl>${entries.join('')}</dl>`}</section>`
}

function chart(id: string, title: string, about: string): string {
  return `<section><h2>${title}</h2><p>${escapeHtml(about)}</p><div id="${id}" class="chart" role="img" aria-label="${title}"></div></section>`
}

function table(title: string, headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: string) => `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`
  const lines = rows.map((row) => line(row, 'td'))
  return `<section><h2>${title}</h2>${rows.length === 0 ? '<p>none</p>' : `<table>${line(headings, 'th')}${lines.join('')}</table>`}</section>`
}

function millisecondsText(ms: number): string {
  return ms >= 1000 ? durationText(ms) : `${Number(ms.toPrecision(3))} ms`
}

/** Nothing in it can end the script element. */
function jsonInScript(data: unknown): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c')
}

const require = createRequire(import.meta.url)

function uplot(name: string): string {
  return readFileSync(require.resolve(`uplot/dist/${name}`), 'utf8')
}

function script(name: string): string {
  return readFileSync(new URL(`./page/${name}.js`, import.meta.url), 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '')
}
