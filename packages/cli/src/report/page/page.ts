const data = JSON.parse(document.getElementById('data')!.textContent!) as Data

/** Draws what there is; what was not recorded says so. */
function drawPage(): void {
  const { elapsedMs, throughput, memory, counts, spans, chunkTimes } = data
  drawIf(spans.rank.length > 0, 'timeline', (id) => timelineChart(id, data))
  drawIf(throughput.atMs.length > 1, 'throughput', (id) => {
    lineChart(id, elapsedMs, throughput.atMs, throughput.perSecond, (rate) => siText(rate, counts === 'bytes' ? 'B/s' : '/s'))
  })
  drawIf(memory.atMs.length > 1, 'memory', (id) => {
    lineChart(id, elapsedMs, memory.atMs, memory.bytes, (bytes) => siText(bytes, 'B'))
  })
  drawIf(chunkTimes.counts.length > 0, 'chunk-times', (id) => histogramChart(id, chunkTimes))
}

function drawIf(isThere: boolean, id: string, drawChart: (id: string) => void): void {
  if (isThere) drawChart(id)
  else document.getElementById(id)!.textContent = 'The run was too short to say.'
}

drawPage()
// Charts have their colours from when they were drawn.
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => location.reload())
