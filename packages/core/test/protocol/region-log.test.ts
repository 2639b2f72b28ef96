import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Control, ControlLayout, Frame, RegionLog, Slot } from '#internal/protocol/index.js'

const test = suite('RegionLog')
const layout = new ControlLayout(2)
const control = new Control(new SharedArrayBuffer(layout.byteLength), 2)
const mebibyte = 2 ** 20

function newRegion(sequence: number, envelope = Uint8Array.of(1, 2, 3), slot = 0): RegionLog {
  control.words[layout.slot(slot) + Slot.sequence] = sequence
  const log = new RegionLog(control, slot)
  log.begin(envelope)
  return log
}

function isTooLarge(error: { code?: string; message: string }): boolean {
  return error.code === 'SHOAL_REGION_TOO_LARGE' && error.message.includes('allocate()')
}

test('gives back the envelope and the frames in the order they were appended', () => {
  const frame = fc.record({
    type: fc.constantFrom(...Object.values(Frame)),
    rank: fc.nat(1023),
    major: fc.nat(31),
    minor: fc.nat(2 ** 31 - 1),
    payload: fc.uint8Array({ maxLength: 100 }),
  })
  let sequence = 0
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.array(frame, { maxLength: 20 }), (envelope, frames) => {
      const log = newRegion(++sequence, envelope)
      for (const { type, rank, major, minor, payload } of frames) log.append(type, rank, major, minor, payload)
      assert.equal([...log.envelope()], [...envelope])
      const read = [...log.frames()]
      assert.equal(
        read.map(({ payload, ...head }) => ({ ...head, payload: [...payload] })),
        frames.map(({ payload, ...head }) => ({ ...head, payload: [...payload] })),
      )
      for (const { payload } of read) assert.is(payload.byteOffset % 8, 0)
    }),
  )
})

test('frames of an earlier region in the same slot are not read', () => {
  const earlier = newRegion(1_000)
  for (let index = 0; index < 5; index++) earlier.append(Frame.node, 0, 0, index, new Uint8Array(16))
  const log = newRegion(1_001)
  assert.equal([...log.frames()], [])
  log.append(Frame.node, 0, 0, 9, Uint8Array.of(9))
  assert.equal(
    [...log.frames()].map((frame) => frame.minor),
    [9],
  )
})

test('reading stops at a frame whose writer died before it was filled', () => {
  newRegion(2_000).append(Frame.node, 0, 0, 0, new Uint8Array(8))
  const log = newRegion(2_001)
  Atomics.add(control.words, layout.slot(0) + Slot.logTop, 32)
  log.append(Frame.node, 1, 0, 1, new Uint8Array(8))
  assert.equal([...log.frames()], [])
})

test('slots do not touch each other', () => {
  const logs = Array.from({ length: layout.slots }, (_, slot) => newRegion(3_000 + slot, Uint8Array.of(slot), slot))
  for (const [slot, log] of logs.entries()) log.append(Frame.value, 0, 0, slot, Uint8Array.of(slot, slot))
  for (const [slot, log] of logs.entries()) {
    assert.equal([...log.envelope()], [slot])
    assert.equal(
      [...log.frames()].map((frame) => [frame.minor, ...frame.payload]),
      [[slot, slot, slot]],
    )
  }
})

test('a log that is full says so, and still takes what fits', () => {
  const log = newRegion(4_000)
  const big = new Uint8Array(16 * mebibyte)
  for (let index = 0; index < 3; index++) log.append(Frame.node, 0, 0, index, big)
  for (let attempt = 0; attempt < 300; attempt++) assert.throws(() => log.append(Frame.node, 0, 0, 3, big), isTooLarge)
  log.append(Frame.thrown, 0, 0, 4, Uint8Array.of(1))
  assert.equal(
    [...log.frames()].map((frame) => frame.minor),
    [0, 1, 2, 4],
  )
})

test('arguments of more than half the log are refused', () => {
  assert.throws(() => newRegion(5_000, new Uint8Array(layout.logBytes / 2 + 1)), isTooLarge)
  newRegion(5_001, new Uint8Array(layout.logBytes / 2))
})

test.run()
