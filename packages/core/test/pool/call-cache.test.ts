import { allocate, segmentOf } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CallCache } from '#internal/pool/call-cache.js'
import type { RegionCall } from '#internal/protocol/index.js'

const test = suite('CallCache')
const kernel = Object.freeze({ id: 7 })

function spmd(...args: unknown[]): RegionCall {
  return { work: { type: 'spmd', kernel }, args }
}

function reduce(identity: unknown): RegionCall {
  const work = { type: 'elements', kind: 'reduce', kernel, sourceType: 'length', into: undefined, identity: { value: identity } } as const
  return { work: { ...work, combine: kernel, source: { type: 'length' }, cutting: { count: 1 }, reads: [] }, args: [] }
}

test('a call like the last one is packed once, with the same number', () => {
  const calls = new CallCache()
  const view = allocate(Int32Array, 2)
  const first = calls.pack(spmd(1, 'x', view))
  assert.is(calls.pack(spmd(1, 'x', view)), first)
  assert.is.not(calls.pack(spmd(2, 'x', view)).id, first.id)
  assert.is.not(calls.pack(spmd(1, 'x', allocate(Int32Array, 2))).id, first.id)
})

test('views count as the same by where they lie, their length and their type', () => {
  const calls = new CallCache()
  const { buffer } = allocate(Int32Array, 4)
  const first = calls.pack(spmd(new Int32Array(buffer, 0, 2)))
  assert.is(calls.pack(spmd(new Int32Array(buffer, 0, 2))), first)
  const others = [new Int32Array(buffer, 0, 1), new Int32Array(buffer, 4, 2), new Uint32Array(buffer, 0, 2), allocate(Int32Array, 2)]
  for (const other of others) {
    const { id } = calls.pack(spmd(new Int32Array(buffer, 0, 2)))
    assert.is.not(calls.pack(spmd(other)).id, id)
  }
})

test('a call whose memory has been closed meanwhile is refused, though it is the very one that was packed last', () => {
  const calls = new CallCache()
  const view = allocate(Int32Array, 2)
  const call = spmd(view)
  assert.is(calls.pack(call), calls.pack(call))
  segmentOf(view)!.close()
  assert.throws(
    () => calls.pack(call),
    (error: { code?: string }) => error.code === 'SHOAL_SEGMENT_CLOSED',
  )
})

test('arguments that may have changed are packed each time', () => {
  const calls = new CallCache()
  const list = [1]
  for (const call of [spmd(list), spmd(list), spmd({ a: 1 }), spmd(new Float64Array(1))]) assert.is(calls.pack(call).id, 0)
})

test('an array of arguments that the program changes afterwards does not count as the old one', () => {
  const calls = new CallCache()
  const args: unknown[] = [1]
  const first = calls.pack({ work: { type: 'spmd', kernel }, args })
  args[0] = 2
  assert.is.not(calls.pack(spmd(2)).id, first.id)
})

test('what a reduction starts from is a constant only if it is primitive', () => {
  const calls = new CallCache()
  assert.is(calls.pack(reduce(0)), calls.pack(reduce(0)))
  assert.is.not(calls.pack(reduce(1)).id, calls.pack(reduce(0)).id)
  assert.is(calls.pack(reduce(new Map([[1, 2]]))).id, 0)
  assert.is(calls.pack(reduce([])).id, 0)
})

test.run()
