import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Segment, type SegmentDescriptor, ShoalError } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('Segment descriptors')
const program = fileURLToPath(new URL('./fixtures/describer.js', import.meta.url))
const folder = temporaryFolder()
const path = join(folder, 'data')
writeFileSync(path, Buffer.alloc(5000, 1))

const kinds = {
  anonymous: () => Segment.create({ kind: 'anonymous', byteLength: 5000 }),
  sysv: () => Segment.create({ kind: 'sysv', byteLength: 5000 }),
  posix: () => Segment.create({ kind: 'posix', name: `shoal-described-${process.pid}`, byteLength: 5000 }),
  file: () => Segment.open({ kind: 'file', path, byteOffset: 16, byteLength: 4000 }),
}

for (const [kind, create] of Object.entries(kinds)) {
  test(`${kind}: the descriptor opens the same memory in a process that runs already`, async () => {
    const child = fork(program)
    const ended = once(child, 'exit')
    await once(child, 'message')
    using segment = create()
    segment.view(Uint8Array)[10] = 77
    assert.equal(JSON.parse(JSON.stringify(segment.descriptor)), { ...segment.descriptor })
    child.send(segment.descriptor)
    const [answer] = await once(child, 'message')
    assert.equal(answer, { byte: 77, byteLength: segment.byteLength, kind })
    assert.is(segment.view(Uint8Array)[11], 78)
    child.disconnect()
    await ended
  })
}

function codeOf(descriptor: SegmentDescriptor): string {
  try {
    Segment.open(descriptor).close()
  } catch (error) {
    return error instanceof ShoalError ? error.code : String(error)
  }
  return 'opened'
}

test('a descriptor of what is gone opens nothing else', () => {
  const anonymous = kinds.anonymous()
  const posix = kinds.posix()
  const file = kinds.file()
  const descriptors = [anonymous, posix, file].map((segment) => segment.descriptor)
  anonymous.close()
  posix.close()
  using _other = kinds.posix()
  writeFileSync(`${path}-new`, Buffer.alloc(5000, 2))
  renameSync(`${path}-new`, path)
  using _reused = kinds.anonymous()
  assert.equal(descriptors.map(codeOf), Array(3).fill('SHOAL_SEGMENT_NOT_FOUND'))
})

test('a descriptor whose path has become a FIFO does not wait for its other end', () => {
  using file = Segment.create({ kind: 'file', path: join(folder, 'replaced'), byteLength: 64 })
  const { descriptor } = file
  file.remove()
  execFileSync('mkfifo', [join(folder, 'replaced')])
  assert.throws(() => Segment.open({ ...descriptor, access: 'readonly' }), /something else has its place now/)
})

test('a descriptor of more bytes than there are is refused: beyond the end there would be memory of one process alone', () => {
  for (const create of [kinds.anonymous, kinds.posix]) {
    using segment = create()
    assert.throws(
      () => Segment.open({ ...segment.descriptor, byteLength: 5001 }),
      (error: ShoalError) => error.code === 'SHOAL_SEGMENT_SIZE',
    )
    for (const byteLength of [-1, Number.NaN, 0.5]) assert.throws(() => Segment.open({ ...segment.descriptor, byteLength }), RangeError)
  }
})

test('a token that is none is misuse', () => {
  for (const token of ['%%%', Buffer.from('null').toString('base64url'), Buffer.from('1').toString('base64url')]) {
    assert.throws(() => Segment.open({ kind: 'anonymous', byteLength: 8, token }), /Expected the token of a SegmentDescriptor/)
  }
})

test.run()
