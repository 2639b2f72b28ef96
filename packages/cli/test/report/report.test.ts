import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { histogramOf } from '../../dist/report/histogram.js'
import { reportPage } from '../../dist/report/report-page.js'
import { medianMs, stragglers, thinned } from '../../dist/report/spans.js'
import { throughputOf } from '../../dist/report/throughput.js'
import { recordingOf } from '../support/recording.js'

const test = suite('the report')

test('is one page that asks for nothing from outside', () => {
  const { recording, report } = recordingOf()
  const page = reportPage(recording, report, '1.2.3')
  assert.match(page, /<meta http-equiv="Content-Security-Policy" content="default-src 'none'/)
  assert.not.match(page, /<(?:script|link|img)[^>]+(?:src|href)="(?!data:)/)
  assert.not.match(page, /@import|url\(/)
  assert.match(page, /shoal 1\.2\.3/)
})

test('does not let values end the script that they are in', () => {
  const { recording, report } = recordingOf()
  const page = reportPage({ ...recording, stages: [{ ...recording.stages[0]!, name: '</script>' }] }, report, '')
  assert.is(page.split('</script>').length - 1, 3)
})

test('histograms count every chunk once, between edges of equal ratio', () => {
  const values = Array.from({ length: 1000 }, (_, index) => ({ value: 0.5 + (index % 97), count: 1 + (index % 3) }))
  const { edges, counts } = histogramOf(values)
  assert.is(
    counts.reduce((a, b) => a + b),
    values.reduce((sum, { count }) => sum + count, 0),
  )
  assert.is(edges.length, counts.length + 1)
  assert.ok(Math.abs(edges.at(-1)! - 96.5) < 1e-9)
  assert.ok(Math.abs(edges[2]! / edges[1]! - edges[1]! / edges[0]!) < 1e-9)
})

test('histograms of nothing, one value and equal values have no or one bin', () => {
  assert.equal(histogramOf([]), { edges: [], counts: [] })
  assert.equal(histogramOf([{ value: 3, count: 2 }]).counts, [2])
  assert.equal(histogramOf([3, 3, 3].map((value) => ({ value, count: 1 }))).counts, [3])
  assert.equal(histogramOf([{ value: 0, count: 4 }]).counts, [])
})

const timing = (first: number, end: number, startMs: number, endMs: number, rank = 0) => ({ rank, stage: 0, first, end, startMs, endMs })

test('the median is that of all chunks, and stragglers are the slowest of them', () => {
  const timings = [timing(0, 8, 0, 8), timing(8, 9, 8, 108), timing(9, 11, 108, 112)]
  assert.is(medianMs(timings), 1)
  assert.is(medianMs([]), 0)
  assert.equal(
    stragglers(timings).map(({ first }) => first),
    [8, 9, 0],
  )
})

test('spans are merged until few enough are left to draw, none lost and none over two workers', () => {
  const timings = Array.from({ length: 100_001 }, (_, index) => timing(index, index + 1, index, index + 0.5, index % 3))
  const spans = thinned(timings)
  assert.ok(spans.length <= 40_000)
  for (const rank of [0, 1, 2]) {
    const own = spans.filter((span) => span.rank === rank)
    assert.is(own[0]!.startMs, rank)
    assert.is(own.at(-1)!.endMs, timings.findLast((span) => span.rank === rank)!.endMs)
  }
})

test('throughput is what was done between samples, and unknown over the end of a stage', () => {
  const samples = [0, 100, 200, 300].map((atMs, index) => ({
    atMs,
    stage: index < 3 ? 0 : 1,
    done: [0, 50, 150, 20][index]!,
    memoryBytes: 0,
  }))
  assert.equal(throughputOf(samples, 300), { atMs: [100, 200, 300], perSecond: [500, 1000, null] })
  assert.equal(throughputOf([], 300), { atMs: [], perSecond: [] })
})

test.run()
