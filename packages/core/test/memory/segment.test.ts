import { randomBytes } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CreateOptions, type OpenTarget, Segment, type SegmentKind, ShoalError, segmentOf } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('Segment')
const folder = temporaryFolder()
const unique = randomBytes(6).toString('hex')
let count = 0

interface Named {
  create: (byteLength: number) => CreateOptions
  target: OpenTarget
  remove: () => void
}

function named(kind: Exclude<SegmentKind, 'anonymous'>): Named {
  count += 1
  const path = join(folder, `${kind}-${count}`)
  if (kind === 'file')
    return { create: (byteLength) => ({ kind, path, byteLength }), target: { kind, path }, remove: () => Segment.remove({ kind, path }) }
  if (kind === 'posix') {
    const name = `shoal-test-${unique}-${count}`
    return { create: (byteLength) => ({ kind, name, byteLength }), target: { kind, name }, remove: () => Segment.remove({ kind, name }) }
  }
  writeFileSync(path, '')
  const key = { path, projectId: 42 }
  return { create: (byteLength) => ({ kind, key, byteLength }), target: { kind, key }, remove: () => Segment.remove({ kind, key }) }
}

function codeOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    return error instanceof ShoalError ? error.code : (error as Error).name
  }
  return 'nothing was thrown'
}

for (const kind of ['sysv', 'posix', 'file'] as const) {
  test(`${kind}: what one opens, the other created`, () => {
    const { create, target } = named(kind)
    using created = Segment.create(create(4099))
    using opened = Segment.open(target)
    assert.is(created.byteLength, 4099)
    assert.is(opened.byteLength, 4099)
    assert.ok(opened.view(Uint8Array).every((byte) => byte === 0))
    created.view(Uint8Array)[4098] = 7
    assert.is(opened.view(Uint8Array)[4098], 7)
    assert.is(opened.kind, kind)
    assert.is(opened.access, 'readwrite')
    created.remove()
  })

  test(`${kind}: an existing one is not created again`, () => {
    const { create } = named(kind)
    using created = Segment.create(create(64))
    assert.is(
      codeOf(() => Segment.create(create(64))),
      'SHOAL_SEGMENT_EXISTS',
    )
    created.remove()
  })

  test(`${kind}: what does not exist is not found`, () => {
    const { target } = named(kind)
    assert.is(
      codeOf(() => Segment.open(target)),
      'SHOAL_SEGMENT_NOT_FOUND',
    )
  })
}

test('anonymous and private sysv memory is zeroed, shared and of exactly the size asked for', () => {
  for (const kind of ['anonymous', 'sysv'] as const) {
    using segment = Segment.create({ kind, byteLength: 100_001 })
    assert.is(segment.byteLength, 100_001)
    assert.instance(segment.buffer, SharedArrayBuffer)
    assert.is(segment.buffer.byteLength, 100_001)
    assert.ok(segment.view(Uint8Array).every((byte) => byte === 0))
  }
})

test('views start where asked and reach to the end if not told otherwise', () => {
  using segment = Segment.create({ kind: 'anonymous', byteLength: 100 })
  const words = segment.view(Uint32Array, 8, 3)
  assert.is(words.byteOffset, 8)
  assert.is(words.length, 3)
  assert.is(segment.view(Float64Array, 16).length, 10)
  assert.throws(() => segment.view(Float64Array, 4), /Expected a multiple of 8 for Float64Array for byteOffset but received 4/)
  assert.throws(() => segment.view(Float64Array, 0, 13), /Expected an integer from 0 to 12 for length but received 13/)
  assert.throws(() => segment.view(Float64Array, 104), RangeError)
  assert.throws(() => segment.view(DataView as never), TypeError)
})

test('segmentOf finds the segment under a view, until it is closed', () => {
  const segment = Segment.create({ kind: 'anonymous', byteLength: 64 })
  const view = segment.view(Int32Array, 16)
  assert.is(segmentOf(view), segment)
  assert.is(segmentOf(segment.buffer), segment)
  assert.is(segmentOf(new Int32Array(4)), undefined)
  assert.is(segmentOf(new SharedArrayBuffer(4)), undefined)
  segment.close()
  assert.is(segmentOf(view), undefined)
})

test('after close views read zeros, stores into them are harmless, and the segment says that it is closed', () => {
  for (const kind of ['anonymous', 'sysv', 'posix', 'file'] as const) {
    const options = kind === 'anonymous' ? { kind, byteLength: 9000 } : named(kind).create(9000)
    const segment = Segment.create(options)
    const view = segment.view(Uint8Array).fill(5)
    segment.close()
    segment.close()
    assert.ok(
      view.every((byte) => byte === 0),
      kind,
    )
    view.fill(1)
    assert.is(
      codeOf(() => segment.view(Uint8Array)),
      'SHOAL_SEGMENT_CLOSED',
    )
    assert.is(
      codeOf(() => segment.buffer),
      'SHOAL_SEGMENT_CLOSED',
    )
    assert.is(segment.byteLength, 9000)
    if (kind === 'file') segment.remove()
  }
})

test('a file keeps its bytes and its length, whatever its segment goes through', () => {
  const path = join(folder, 'kept')
  writeFileSync(path, Buffer.alloc(10_007, 'A'))
  const { blocks } = statSync(path)
  {
    using segment = Segment.open({ kind: 'file', path })
    segment.view(Uint8Array)[1] = 66
    segment.sync()
    assert.throws(() => segment.free(), TypeError)
  }
  const bytes = readFileSync(path)
  assert.is(bytes.length, 10_007)
  assert.is(bytes.toString('latin1', 0, 4), 'ABAA')
  assert.is(bytes[10_006], 65)
  assert.is(statSync(path).blocks, blocks)
})

test('copyonwrite stores stay private', () => {
  const path = join(folder, 'private')
  writeFileSync(path, Buffer.alloc(8192, 'A'))
  using segment = Segment.open({ kind: 'file', path, access: 'copyonwrite' })
  segment.view(Uint8Array).fill(66)
  assert.is(segment.view(Uint8Array)[8191], 66)
  assert.ok(readFileSync(path).every((byte) => byte === 65))
})

test('part of a file is mapped from any multiple of 8', () => {
  const path = join(folder, 'part')
  writeFileSync(
    path,
    Uint8Array.from({ length: 20_000 }, (_, i) => i % 251),
  )
  using segment = Segment.open({ kind: 'file', path, access: 'readonly', byteOffset: 4104, byteLength: 101 })
  assert.is(segment.byteLength, 101)
  assert.is(segment.view(Uint8Array)[0], 4104 % 251)
  assert.is(segment.view(Uint8Array)[100], 4204 % 251)
  assert.throws(() => Segment.open({ kind: 'file', path, byteOffset: 4 }), /Expected a multiple of 8 .* for byteOffset but received 4/)
  assert.is(
    codeOf(() => Segment.open({ kind: 'file', path, byteLength: 20_001 })),
    'SHOAL_SEGMENT_SIZE',
  )
  assert.is(
    codeOf(() => Segment.open({ kind: 'file', path, byteOffset: 20_008 })),
    'SHOAL_SEGMENT_SIZE',
  )
})

test('stores into what was opened for reading do not compile', () => {
  const path = join(folder, 'typed')
  writeFileSync(path, Buffer.alloc(64))
  const view = Segment.open({ kind: 'file', path, access: 'readonly' }).view(Float64Array)
  const stores = () => {
    // @ts-expect-error
    view[0] = 1
    // @ts-expect-error
    view.fill(1)
    // @ts-expect-error
    view.subarray(1).sort()
  }
  assert.type(stores, 'function')
  assert.is(view.subarray(1).length + view[0]!, 7)
})

test('an empty file is a segment of no bytes, also by its descriptor', () => {
  const path = join(folder, 'empty')
  writeFileSync(path, '')
  using segment = Segment.open({ kind: 'file', path, access: 'readonly' })
  using described = Segment.open({ ...segment.descriptor, access: 'readonly' })
  for (const { byteLength, view } of [segment, described].map((one) => ({ byteLength: one.byteLength, view: one.view(Uint8Array) }))) {
    assert.equal([byteLength, view.length], [0, 0])
  }
})

test.run()
