import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Control, ControlLayout, Entry, Frame, RegionLog, RetryMode, Slot } from '#internal/protocol/index.js'

const test = suite('RegionLog')
const layout = new ControlLayout(2)
const control = new Control(new SharedArrayBuffer(layout.byteLength), 2)
const noSegments = (): never => {
  throw new Error('No value here refers to segments')
}
const mebibyte = 2 ** 20

/** A region of two entries. */
function newRegion(call = Uint8Array.of(1, 2, 3), slot = 0): RegionLog {
  const { words } = control
  words[layout.slot(slot) + Slot.entries] = 2
  words[layout.slot(slot) + Slot.retry] = RetryMode.never
  for (const entry of [0, 1]) words.fill(0, layout.entry(slot, entry), layout.entry(slot, entry) + 32)
  const log = new RegionLog(control, slot)
  log.begin(call)
  return log
}

function voidEntry(entry: number): void {
  control.words[layout.entry(0, entry) + Entry.isVoid] = 1
}

function minors(log: RegionLog): number[] {
  return log.frames().map((frame) => frame.minor)
}

function isTooLarge(error: { code?: string; message: string }): boolean {
  return error.code === 'SHOAL_REGION_TOO_LARGE' && error.message.includes('allocate()')
}

test('gives back the call, and the frames entry by entry in the order they were appended', () => {
  const frame = fc.record({
    entry: fc.nat(1),
    type: fc.constantFrom(...Object.values(Frame)),
    major: fc.nat(31),
    minor: fc.nat(2 ** 31 - 1),
    value: fc.oneof(fc.constant(undefined), fc.double(), fc.string(), fc.array(fc.nat())),
  })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.array(frame, { maxLength: 20 }), (call, frames) => {
      const log = newRegion(call)
      for (const { entry, type, major, minor, value } of frames) log.append(entry, type, major, minor, value)
      assert.equal([...log.call()], [...call])
      const expected = [0, 1].flatMap((entry) => frames.filter((one) => one.entry === entry))
      const read = log.frames()
      assert.equal(
        read.map((frame) => [frame.type, frame.major, frame.minor, frame.value(noSegments)]),
        expected.map(({ type, major, minor, value }) => [type, major, minor, value]),
      )
    }),
  )
})

test('frames of an earlier region in the same slot are not read', () => {
  const earlier = newRegion()
  for (let index = 0; index < 5; index++) earlier.append(0, Frame.node, 0, index, new Uint8Array(16))
  const log = newRegion()
  assert.equal(log.frames(), [])
  log.append(0, Frame.node, 0, 9, Uint8Array.of(9))
  assert.equal(minors(log), [9])
})

test('a writer that died before its frame was filled leaves a gap, and the others are read', () => {
  const log = newRegion()
  Atomics.add(control.words, layout.slot(0) + Slot.logTop, 32)
  log.append(1, Frame.node, 0, 1, new Uint8Array(8))
  assert.equal(minors(log), [1])
})

test('of a dead entry only what it threw counts', () => {
  const log = newRegion()
  log.append(0, Frame.node, 0, 1, new Uint8Array(8))
  log.append(0, Frame.thrown, 0, 2, new Uint8Array(8))
  log.append(1, Frame.node, 0, 3, new Uint8Array(8))
  voidEntry(0)
  assert.equal(minors(log), [2, 3])
})

test('with pre-images each frame of a dead entry counts', () => {
  const log = newRegion()
  control.words[layout.slot(0) + Slot.retry] = RetryMode.preimage
  log.append(0, Frame.node, 0, 1, new Uint8Array(8))
  voidEntry(0)
  assert.equal(minors(log), [1])
})

test('slots do not touch each other', () => {
  const logs = Array.from({ length: layout.slots }, (_, slot) => newRegion(Uint8Array.of(slot), slot))
  for (const [slot, log] of logs.entries()) log.append(0, Frame.value, 0, slot, Uint8Array.of(slot, slot))
  for (const [slot, log] of logs.entries()) {
    assert.equal([...log.call()], [slot])
    assert.equal(
      log.frames().map((frame) => [frame.minor, ...(frame.value(noSegments) as Uint8Array)]),
      [[slot, slot, slot]],
    )
  }
})

test('a log that is full says so, and still takes what fits', () => {
  const log = newRegion()
  const big = new Uint8Array(16 * mebibyte)
  for (let index = 0; index < 3; index++) log.append(0, Frame.node, 0, index, big)
  for (let attempt = 0; attempt < 300; attempt++) assert.throws(() => log.append(0, Frame.node, 0, 3, big), isTooLarge)
  log.append(0, Frame.thrown, 0, 4, Uint8Array.of(1))
  assert.equal(minors(log), [0, 1, 2, 4])
})

test('arguments of more than half the log are refused', () => {
  assert.throws(() => newRegion(new Uint8Array(layout.logBytes / 2 + 1)), isTooLarge)
  newRegion(new Uint8Array(layout.logBytes / 2))
})

test.run()
