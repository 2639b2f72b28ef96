import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Span, TRACE_CAPACITY, TraceRing, traceBytes } from '#internal/protocol/index.js'
import { now } from '#internal/sync/index.js'

const test = suite('TraceRing')
const ringOf = (rank: number, buffer = new SharedArrayBuffer(traceBytes(3))): TraceRing => new TraceRing(buffer, rank)

test('gives back what was added, in that order, by the clock that all share', () => {
  const buffer = new SharedArrayBuffer(traceBytes(3))
  const ring = ringOf(2, buffer)
  const before = Number(process.hrtime.bigint()) / 1e6
  const startedAt = now()
  const after = Number(process.hrtime.bigint()) / 1e6
  ring.add(Span.claim, 7, 3, 10, 20, startedAt, startedAt + 1.5)
  ring.add(Span.task, 0, -1, 0, 0, startedAt, startedAt + 2)
  const { spans, dropped } = ringOf(2, buffer).read()
  assert.equal(dropped, 0)
  const [claim, task] = spans
  assert.equal([claim!.rank, claim!.kind, claim!.sequence, claim!.kernel, claim!.first, claim!.end], [2, Span.claim, 7, 3, 10, 20])
  assert.equal([task!.kind, task!.kernel], [Span.task, -1])
  assert.ok(Math.abs(claim!.endMs - claim!.startMs - 1.5) < 1e-6)
  assert.is(claim!.startMs, startedAt)
  assert.ok(claim!.startMs > before - 1 && claim!.startMs < after + 1, 'but for the rounding of clocks')
  assert.equal(ringOf(1, buffer).read(), { spans: [], dropped: 0 })
})

test('keeps the newest, and says how many went', () => {
  const ring = ringOf(0)
  for (let index = 0; index < TRACE_CAPACITY + 100; index++) ring.add(Span.claim, 1, 1, index, index + 1, 0, 0)
  const { spans, dropped } = ring.read()
  assert.is(spans.length + dropped, TRACE_CAPACITY + 100)
  // The oldest one that is there may be being overwritten.
  assert.equal([spans[0]!.first, spans.at(-1)!.first, spans.length], [dropped, TRACE_CAPACITY + 99, TRACE_CAPACITY - 1])
  assert.ok(spans.every(({ first }, index) => first === dropped + index))
})

test('a ring that is just full has lost nothing but the one that may be being overwritten', () => {
  const ring = ringOf(0)
  for (let index = 0; index < TRACE_CAPACITY - 1; index++) ring.add(Span.claim, 1, 1, index, index + 1, 0, 0)
  assert.equal([ring.read().spans.length, ring.read().dropped], [TRACE_CAPACITY - 1, 0])
  ring.add(Span.claim, 1, 1, 0, 1, 0, 0)
  assert.equal([ring.read().spans.length, ring.read().dropped], [TRACE_CAPACITY - 1, 1])
})

test.run()
