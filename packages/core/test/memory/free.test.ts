import { randomInt } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CreateOptions, Segment, ShoalError } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { collectGarbage, holdSegment } from '#internal/memory/index.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('free')
const folder = temporaryFolder()
const name = `shoal-free-${process.pid}`
const key = randomInt(1, 2 ** 31)

const created: CreateOptions[] = [
  { kind: 'posix', name, byteLength: 100_000 },
  { kind: 'sysv', key, byteLength: 100_000 },
]

for (const options of created) {
  const target = options.kind === 'posix' ? ({ kind: 'posix', name } as const) : ({ kind: 'sysv', key } as const)
  test(`${options.kind}: everybody who has it reads zeros, and its memory is given back`, () => {
    const segment = Segment.create(options)
    using opened = Segment.open({ ...target, access: 'readonly' })
    const view = opened.view(Uint8Array)
    segment.view(Uint8Array).fill(1)
    assert.is(view[99_999], 1)
    segment.free()
    segment.free()
    assert.is(view[99_999], 0)
    assert.is(opened.stat().residentBytes < 50_000, true)
    assert.throws(() => Segment.open(target), /does not exist/)
  })

  test(`${options.kind}: what was opened, or persists, is not freed`, () => {
    using segment = Segment.create({ ...options, persist: true } as CreateOptions)
    segment.view(Uint8Array).fill(1)
    const opened = Segment.open(target)
    assert.throws(() => opened.free(), TypeError)
    assert.throws(() => segment.free(), /Expected a segment that was created here without persist.*persistent/)
    assert.is(opened.view(Uint8Array)[5], 1)
    opened.close()
    assert.is(segment.view(Uint8Array)[5], 1)
    segment.remove()
  })
}

test('a file that was mapped, closed, freed and disposed has the bytes and blocks that it had', () => {
  const path = join(folder, 'data')
  writeFileSync(path, Buffer.alloc(50_000, 'A'))
  const { blocks, mtimeMs } = statSync(path)
  for (const access of ['readwrite', 'readonly', 'copyonwrite'] as const) {
    using segment = Segment.open({ kind: 'file', path, access })
    assert.throws(() => segment.free(), TypeError)
    segment.close()
    assert.throws(() => segment.free(), TypeError)
  }
  using made = Segment.create({ kind: 'file', path: join(folder, 'made'), byteLength: 4096 })
  made.view(Uint8Array).fill(66)
  assert.throws(() => made.free(), TypeError)
  made.close()
  assert.ok(readFileSync(join(folder, 'made')).every((byte) => byte === 66))
  assert.ok(readFileSync(path).every((byte) => byte === 65))
  assert.equal([statSync(path).blocks, statSync(path).mtimeMs], [blocks, mtimeMs])
})

test('a segment that a call uses is not freed', () => {
  using segment = Segment.create({ kind: 'anonymous', byteLength: 64 })
  const release = holdSegment(segment)
  assert.throws(
    () => segment.free(),
    (error: unknown) => error instanceof ShoalError && error.code === 'SHOAL_SEGMENT_BUSY',
  )
  release()
  segment.free()
})

test('locked memory can be freed', () => {
  for (const kind of ['anonymous', 'sysv'] as const) Segment.create({ kind, byteLength: 100_000, lock: true }).free()
})

test('ten thousand create and free cycles leave memory and descriptors where they were', () => {
  const measure = () => ({
    descriptors: readdirSync('/proc/self/fd').length,
    sharedKilobytes: Number(/RssShmem:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]),
  })
  const cycle = () => {
    const segment = Segment.create({ kind: 'anonymous', byteLength: 20_000 })
    segment.view(Uint8Array).fill(1)
    segment.free()
  }
  cycle()
  collectGarbage() // what other tests have dropped
  const before = measure()
  for (let i = 0; i < 10_000; i += 1) cycle()
  const after = measure()
  assert.ok(after.descriptors <= before.descriptors, `${before.descriptors} descriptors before, ${after.descriptors} after`)
  assert.ok(
    after.sharedKilobytes <= before.sharedKilobytes + 1024,
    `${before.sharedKilobytes} kB before, ${after.sharedKilobytes} kB after`,
  )
})

test.run()
