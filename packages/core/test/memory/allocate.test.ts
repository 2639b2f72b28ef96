import { constants } from 'node:buffer'
import { closeSync, openSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { allocate, Segment, segmentOf, share } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('allocate and share')

const types = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const

test('every element type can be allocated, zeroed and shared', () => {
  for (const type of types) {
    const view = allocate(type, 13)
    assert.instance(view, type)
    assert.instance(view.buffer, SharedArrayBuffer)
    assert.is(view.length, 13)
    assert.equal([...new Set<unknown>(view)].map(String), ['0'])
    assert.is(segmentOf(view)?.kind, 'anonymous')
  }
})

test('share copies once, in the same element type', () => {
  const source = Float32Array.of(1.5, -2, Number.NaN, Number.POSITIVE_INFINITY)
  const shared = share(source)
  assert.instance(shared, Float32Array)
  assert.equal([...shared], [...source])
  source[0] = 9
  assert.is(shared[0], 1.5)
  assert.equal([...share(BigInt64Array.of(-1n, 2n))], [-1n, 2n])
  assert.is(Object.getPrototypeOf(share(Buffer.from('text'))), Uint8Array.prototype)
})

test('nothing can be allocated and shared too', () => {
  assert.is(allocate(Float64Array, 0).length, 0)
  assert.is(share(new Uint8Array(0)).length, 0)
})

test('misuse names what was expected', () => {
  assert.throws(() => allocate(Float64Array, -1), RangeError)
  assert.throws(() => allocate(Float64Array, 1.5), RangeError)
  assert.throws(() => allocate(Float64Array, 2 ** 51), RangeError)
  assert.throws(() => allocate(Float64Array, '3' as never), TypeError)
  assert.throws(() => allocate(Array as never, 3), TypeError)
  assert.throws(() => share([1, 2, 3] as never), /Expected a typed array for source but received/)
})

test('memory beyond 4 GiB is one segment; one view is as long as Node allows', () => {
  const byteLength = 2 ** 32 + 4096
  using segment = Segment.create({ kind: 'anonymous', byteLength })
  const tail = segment.view(Uint8Array, 2 ** 32, 4096)
  tail[4095] = 5
  const words = segment.view(Float64Array)
  assert.is(words.length, byteLength / 8)
  assert.is(new Uint8Array(segment.buffer, byteLength - 1, 1)[0], 5)
  if (constants.MAX_LENGTH >= byteLength) assert.is(segment.view(Uint8Array)[byteLength - 1], 5)
  else assert.throws(() => segment.view(Uint8Array), /Expected at most 4294967296 elements.*several views.*Node 22/)
})

test('every kind goes beyond 4 GiB, with offsets of 64 bits', () => {
  const path = join(temporaryFolder(), 'large')
  closeSync(openSync(path, 'w'))
  truncateSync(path, 2 ** 33 + 5)
  using file = Segment.open({ kind: 'file', path, byteOffset: 2 ** 33 - 8 })
  assert.is(file.byteLength, 13)
  file.view(Uint8Array)[12] = 7
  using whole = Segment.open({ kind: 'file', path, access: 'readonly' })
  assert.is(whole.byteLength, 2 ** 33 + 5)
  assert.is(whole.view(Uint8Array, 2 ** 33)[4], 7)
  const name = `shoal-large-${process.pid}`
  closeSync(openSync(`/dev/shm/${name}`, 'w'))
  truncateSync(`/dev/shm/${name}`, 2 ** 32 + 9)
  using posix = Segment.open({ kind: 'posix', name })
  posix.remove()
  posix.view(Uint8Array, 2 ** 32)[8] = 6
  assert.equal([posix.byteLength, new Uint8Array(posix.buffer, 2 ** 32 + 8, 1)[0]], [2 ** 32 + 9, 6])
  using sysv = Segment.create({ kind: 'sysv', byteLength: 2 ** 32 + 3 })
  sysv.view(Uint8Array, 2 ** 32)[2] = 8
  assert.is(sysv.byteLength, 2 ** 32 + 3)
  assert.is(new Uint8Array(sysv.buffer, 2 ** 32 + 2, 1)[0], 8)
})

test.run()
