import { allocate, type Segment, segmentOf } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pack, unpack } from '#internal/protocol/index.js'

const test = suite('packet')
const nobody = (): never => {
  throw new Error('no segment was wanted')
}

test('a value without segments asks for none', () => {
  const { bytes, segments } = pack({ a: [1, 2, 3] })
  assert.equal(segments, [])
  assert.equal(unpack(bytes, nobody), { a: [1, 2, 3] })
})

test('names its segments by id, in the order of the references', () => {
  const [a, b] = [allocate(Int32Array, 4), allocate(Float64Array, 4)]
  const { bytes, segments } = pack([b, a])
  const mine = new Map<string, Segment>([a, b].map((view) => [segmentOf(view)!.id, segmentOf(view)!]))
  assert.equal(segments, [segmentOf(b), segmentOf(a)])
  const back = unpack(bytes, (ids) => ids.map((id) => mine.get(id)!)) as [Float64Array, Int32Array]
  assert.is(back[0].buffer, b.buffer)
  assert.is(back[1].buffer, a.buffer)
})

test('is read where it lies: in the middle of shared memory, whatever the alignment', () => {
  const view = allocate(Int32Array, 4)
  const { bytes } = pack({ view, list: Float64Array.of(1, 2) })
  for (let shift = 0; shift < 9; shift++) {
    const memory = new Uint8Array(new SharedArrayBuffer(shift + bytes.byteLength + 5), shift, bytes.byteLength)
    memory.set(bytes)
    const back = unpack(memory, () => [segmentOf(view)!]) as { view: Int32Array; list: Float64Array }
    memory.fill(255)
    assert.is(back.view.buffer, view.buffer)
    assert.equal([...back.list], [1, 2])
  }
})

test.run()
