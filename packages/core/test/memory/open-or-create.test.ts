import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type CreateOptions, Segment, ShoalError } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('programs that start in any order')
const program = fileURLToPath(new URL('./fixtures/starter.js', import.meta.url))
const name = `shoal-starter-${process.pid}`
const path = join(temporaryFolder(), 'started')
const targets: CreateOptions[] = [
  { kind: 'posix', name, byteLength: 4096, persist: true },
  { kind: 'file', path, byteLength: 4096 },
  { kind: 'sysv', key: 0x5000_0000 + process.pid, byteLength: 4096, persist: true },
]

for (const options of targets) {
  test(`${options.kind}: of six at once exactly one creates, and all have the same memory`, async () => {
    const children = Array.from({ length: 6 }, () => fork(program, [JSON.stringify(options)]))
    const exits = children.map((child) => once(child, 'exit'))
    await Promise.all(children.map((child) => once(child, 'message')))
    for (const child of children) child.send('go')
    const answers = await Promise.all(children.map(async (child) => (await once(child, 'message'))[0] as { created: boolean }))
    await Promise.all(exits)
    assert.is(answers.filter(({ created }) => created).length, 1)
    const { segment, created } = Segment.openOrCreate(options)
    assert.not(created)
    assert.is(segment.view(Int32Array)[0], 6)
    segment.remove()
    segment.close()
  })
}

test('one that exists with another size is refused', () => {
  using segment = Segment.create({ kind: 'posix', name, byteLength: 100 })
  assert.throws(
    () => Segment.openOrCreate({ kind: 'posix', name, byteLength: 200 }),
    (error: unknown) => error instanceof ShoalError && error.code === 'SHOAL_SEGMENT_SIZE' && /100 bytes, not 200/.test(error.message),
  )
  assert.is(segment.byteLength, 100)
})

test('one that its creator never finished is told from a finished one', () => {
  closeSync(openSync(`/dev/shm/${name}`, 'w'))
  try {
    for (const call of [() => Segment.open({ kind: 'posix', name }), () => Segment.openOrCreate({ kind: 'posix', name, byteLength: 8 })]) {
      assert.throws(call, (error: unknown) => error instanceof ShoalError && error.code === 'SHOAL_SEGMENT_UNFINISHED')
    }
  } finally {
    rmSync(`/dev/shm/${name}`)
  }
})

test('a file in a folder that does not exist cannot be created, and the message says what is missing', () => {
  const path = join(temporaryFolder(), 'missing', 'file')
  for (const call of [
    () => Segment.create({ kind: 'file', path, byteLength: 8 }),
    () => Segment.openOrCreate({ kind: 'file', path, byteLength: 8 }),
  ]) {
    assert.throws(call, (error: { code: string; message: string }) => {
      return error.code === 'SHOAL_SEGMENT_NOT_FOUND' && error.message.includes(`there is no folder '${dirname(path)}'`)
    })
  }
})

test('what nothing could find again is misuse', () => {
  assert.throws(() => Segment.openOrCreate({ kind: 'anonymous', byteLength: 8 }), TypeError)
  assert.throws(() => Segment.openOrCreate({ kind: 'sysv', byteLength: 8 }), TypeError)
})

test('a file is created with its size reserved', () => {
  const created = join(temporaryFolder(), 'created')
  using segment = Segment.create({ kind: 'file', path: created, byteLength: 100_001, mode: 0o640 })
  const { size, blocks, mode } = statSync(created)
  assert.equal([size, mode & 0o777], [100_001, 0o640])
  assert.ok(blocks * 512 >= 100_001)
  segment.view(Uint8Array)[100_000] = 8
  segment.sync()
  assert.is(readFileSync(created)[100_000], 8)
})

test('other languages find posix and System V segments, and are found', () => {
  if (spawnSync('python3', ['--version']).status !== 0) return console.error('SKIPPED: other languages (needs python3)')
  using segment = Segment.create({ kind: 'posix', name, byteLength: 64 })
  segment.view(Uint8Array)[3] = 5
  const script = `
from multiprocessing import shared_memory, resource_tracker
import ctypes, sys
theirs = shared_memory.SharedMemory(name='${name}')
print(theirs.buf[3], theirs.size)
theirs.buf[4] = 6
resource_tracker.unregister(theirs._name, 'shared_memory')
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
at = libc.shmat(libc.shmget(int(sys.argv[1]), 0, 0), None, 0)
print(ctypes.string_at(at, 2).decode())
`
  const key = 0x6000_0000 + process.pid
  using sysv = Segment.create({ kind: 'sysv', key, byteLength: 64 })
  sysv.view(Uint8Array).set(Buffer.from('hi'))
  const { stdout, stderr } = spawnSync('python3', ['-c', script, String(key)], { encoding: 'utf8' })
  assert.is(stdout, '5 64\nhi\n', stderr)
  assert.is(segment.view(Uint8Array)[4], 6)
  const made = spawnSync('python3', ['-c', `open('/dev/shm/${name}-py', 'wb').write(b'from python')`])
  assert.is(made.status, 0)
  using found = Segment.open({ kind: 'posix', name: `${name}-py` })
  assert.is(Buffer.from(found.view(Uint8Array)).toString(), 'from python')
  found.remove()
})

test('ftok keys are those of the C library', () => {
  const keyed = join(temporaryFolder(), 'keyed')
  writeFileSync(keyed, '')
  using created = Segment.create({ kind: 'sysv', key: { path: keyed, projectId: 200 }, byteLength: 16 })
  const { ino, dev } = statSync(keyed)
  const key = ((200 << 24) | ((dev & 0xff) << 16) | (ino & 0xffff)) >>> 0
  using opened = Segment.open({ kind: 'sysv', key })
  assert.is(opened.byteLength, created.byteLength)
})

test.run()
