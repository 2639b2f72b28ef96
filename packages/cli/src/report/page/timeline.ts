type Spans = Data['spans']

/** How much slower than the median a span's chunks must be to stand out. */
const slowness = [
  { colour: 'very-slow', factor: 8, about: 'more than 8 times the median' },
  { colour: 'slow', factor: 3, about: 'more than 3 times' },
  { colour: 'work', factor: 0, about: 'chunks' },
]

/** A row a worker, a box for each run of chunks: a Gantt chart on uPlot's axes, zoom and cursor. */
function timelineChart(id: string, { spans, ranks, elapsedMs, medianMs, stages }: Data): void {
  const rowPixels = Math.max(14, Math.min(32, 600 / ranks))
  const fills = slowness.map((level) => colour(level.colour))
  const levels = spans.rank.map((_, index) => slowness.findIndex(({ factor }) => msOfChunk(spans, index) >= factor * medianMs))
  const place = document.getElementById(id)!
  const tip = place.appendChild(document.createElement('div'))
  tip.className = 'tip'

  const paint = (plot: uPlot) => {
    const { ctx, bbox } = plot
    const height = Math.max(2, bbox.height / ranks - 2 * devicePixelRatio)
    ctx.save()
    ctx.beginPath()
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
    ctx.clip()
    ctx.strokeStyle = colour('faint')
    for (const { startMs } of stages.slice(1)) {
      const x = Math.round(plot.valToPos(startMs, 'x', true)) + 0.5
      ctx.strokeRect(x, bbox.top, 0, bbox.height)
    }
    // The slow ones last: at this zoom they may be narrower than a pixel.
    for (let level = fills.length - 1; level >= 0; level--) {
      ctx.fillStyle = fills[level]!
      for (let index = 0; index < spans.rank.length; index++) {
        if (levels[index] !== level) continue
        const left = plot.valToPos(spans.startMs[index]!, 'x', true)
        const right = plot.valToPos(spans.endMs[index]!, 'x', true)
        if (right < bbox.left || left > bbox.left + bbox.width) continue
        const middle = plot.valToPos(spans.rank[index]!, 'y', true)
        // A gap between neighbours where there is room for one.
        const gap = right - left > 4 ? 1 : 0
        ctx.fillRect(left, middle - height / 2, Math.max(1, right - left - gap), height)
      }
    }
    ctx.restore()
  }

  const point = (plot: uPlot) => {
    const { left, top } = plot.cursor
    const index = left === undefined || left! < 0 ? -1 : spanAt(spans, Math.round(plot.posToVal(top!, 'y')), plot.posToVal(left!, 'x'))
    tip.style.display = index < 0 ? 'none' : 'block'
    if (index < 0) return
    tip.textContent = describeSpan(spans, index)
    const room = plot.over.clientWidth - tip.offsetWidth
    tip.style.left = `${plot.over.offsetLeft + Math.min(left! + 12, room)}px`
    tip.style.top = `${plot.over.offsetTop + top! + 14}px`
  }

  draw(
    id,
    {
      height: ranks * rowPixels + 36,
      cursor: { ...timeCursor, points: { show: false } },
      legend: { show: false },
      scales: { x: { time: false }, y: { range: [-0.5, ranks - 0.5], dir: -1 } },
      axes: [
        axis((ms) => secondsText(ms), { space: 80, size: 36 }),
        axis((rank) => (Number.isInteger(rank) ? `worker ${rank}` : ''), { size: 80, grid: { show: false }, splits: () => rows(ranks) }),
      ],
      series: [{}, { show: true, paths: () => null, points: { show: false } }],
      hooks: { draw: [paint], setCursor: [point] },
    },
    [
      [0, elapsedMs],
      [0, 0],
    ],
  )
  place.after(legend())
}

/** All ranks, or as many as have room for their names. */
function rows(ranks: number): number[] {
  const step = Math.ceil(ranks / 40)
  return Array.from({ length: Math.ceil(ranks / step) }, (_, row) => row * step)
}

function msOfChunk({ startMs, endMs, chunks }: Spans, index: number): number {
  return (endMs[index]! - startMs[index]!) / Math.max(1, chunks[index]!)
}

/** The span that a rank had at a time; -1 if none. Spans are sorted by rank and time. */
function spanAt({ rank, startMs, endMs }: Spans, wanted: number, ms: number): number {
  let low = 0
  let high = rank.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (rank[middle]! < wanted || (rank[middle] === wanted && startMs[middle]! <= ms)) low = middle + 1
    else high = middle
  }
  const index = low - 1
  return index >= 0 && rank[index] === wanted && ms <= endMs[index]! ? index : -1
}

function describeSpan(spans: Spans, index: number): string {
  const first = spans.first[index]!
  const count = spans.chunks[index]!
  const what = count === 1 ? `chunk ${first}` : `chunks ${first} to ${first + count - 1}`
  return `${what}: ${secondsText(spans.endMs[index]! - spans.startMs[index]!)} from ${secondsText(spans.startMs[index]!)}`
}

function legend(): HTMLElement {
  const place = document.createElement('div')
  place.className = 'legend'
  for (const { colour, about } of slowness.toReversed()) {
    const entry = place.appendChild(document.createElement('span'))
    entry.appendChild(document.createElement('i')).style.background = `var(--${colour})`
    entry.append(about)
  }
  return place
}
