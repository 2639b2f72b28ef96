/// <reference types="uplot" />

type Data = import('../report-data.js').ReportData

/** Charts over time share cursor and zoom. */
const overTime = uPlot.sync('time')

function axis(values: (value: number) => string, more: object = {}): uPlot.Axis {
  return {
    stroke: colour('faint'),
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
    grid: { stroke: colour('line'), width: 1 },
    ticks: { stroke: colour('line'), width: 1 },
    values: (_, splits) => splits.map((split) => (split == null ? '' : values(split))),
    ...more,
  }
}

const timeCursor: uPlot.Cursor = { sync: { key: overTime.key }, drag: { x: true, y: false }, y: false }

/** The chart is as wide as its place, also when that changes. */
function draw(id: string, options: Omit<uPlot.Options, 'width'>, data: uPlot.AlignedData): uPlot {
  const place = document.getElementById(id)!
  const plot = new uPlot({ ...options, width: place.clientWidth }, data, place)
  new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: options.height })).observe(place)
  return plot
}

/** One line over time, on the same axis as the timeline: from the start to the end of the run. */
function lineChart(
  id: string,
  elapsedMs: number,
  atMs: readonly number[],
  ys: readonly (number | null)[],
  text: (y: number) => string,
): void {
  draw(
    id,
    {
      height: 180,
      cursor: timeCursor,
      scales: { x: { time: false }, y: { range: fromZero } },
      axes: [axis((ms) => secondsText(ms), { space: 80, size: 36 }), axis(text, { size: 80 })],
      series: [
        { label: 'at', value: (_, x) => (x == null ? '' : secondsText(x)) },
        {
          label: id,
          stroke: colour('work'),
          fill: colour('area'),
          width: 1.5,
          points: { show: ys.length < 40, fill: colour('card') },
          value: (_, y) => (y == null ? '' : text(y)),
        },
      ],
    },
    [
      [0, ...atMs, elapsedMs],
      [null, ...ys, null],
    ],
  )
}

/** One bar a bin; the axis says where bins begin. */
function histogramChart(id: string, { edges, counts }: Data['chunkTimes']): void {
  const digits = digitsApart(edges)
  const edge = (bin: number) => (Number.isInteger(bin) && edges[bin] !== undefined ? secondsText(edges[bin], digits) : '')
  draw(
    id,
    {
      height: 180,
      // The last edge has half of its text beyond the chart.
      padding: [null, 40, null, null],
      cursor: { drag: { x: false, y: false }, y: false },
      scales: { x: { time: false, range: [0, counts.length] }, y: { range: fromZero } },
      axes: [axis(edge, { grid: { show: false }, space: 80, size: 36 }), axis((count) => siText(count, ''), { size: 80 })],
      series: [
        { label: 'chunks of', value: (_, x) => (x == null ? '' : `${edge(Math.floor(x))} to ${edge(Math.floor(x) + 1)}`) },
        {
          label: 'number',
          stroke: colour('work'),
          fill: colour('work'),
          paths: uPlot.paths.bars!({ align: 1, size: [1], gap: 1 }),
          points: { show: false },
        },
      ],
    },
    [counts.map((_, bin) => bin), [...counts]],
  )
}

/** So many that neighbours do not read the same, where that is possible at all. */
function digitsApart(edges: readonly number[]): number {
  const [first = 0, second = first] = edges
  return second > first ? Math.min(6, Math.max(3, 1 + Math.ceil(Math.log10(second / (second - first))))) : 3
}

function fromZero(_: uPlot, _least: number, most: number): uPlot.Range.MinMax {
  return [0, most > 0 ? 1.1 * most : 1]
}
