import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type CreateOptions, type OpenOptions, Segment, ShoalError } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { linkedModule } from '../support/linked-module.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('Segment: what cannot be')
const folder = temporaryFolder()

function errorOf(call: () => unknown): Error & { code?: string } {
  try {
    call()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

function refused(options: OpenOptions, code: string, sentence: RegExp): void {
  const error = errorOf(() => Segment.open(options))
  assert.instance(error, ShoalError)
  assert.is(error.code, code)
  assert.match(error.message, sentence)
}

test('a missing file is named, with the cause kept', () => {
  const path = join(folder, 'nowhere/data.bin')
  refused({ kind: 'file', path }, 'SHOAL_SEGMENT_NOT_FOUND', /nowhere\/data\.bin' does not exist/)
  const { cause } = errorOf(() => Segment.open({ kind: 'file', path }))
  const { code, syscall, path: causePath } = cause as NodeJS.ErrnoException
  assert.equal([code, syscall, causePath], ['ENOENT', 'stat', path])
})

test('a directory, a FIFO, a device and a socket are no files to map', async () => {
  const path = join(folder, 'entry')
  mkdirSync(path)
  refused({ kind: 'file', path }, 'SHOAL_SEGMENT_NOT_A_FILE', /entry' is a directory/)
  refused(
    { kind: 'file', path: '/sys/kernel/mm/transparent_hugepage/enabled', access: 'readonly' },
    'SHOAL_SEGMENT_NOT_A_FILE',
    /cannot map files/,
  )
  refused({ kind: 'file', path: '/dev/zero' }, 'SHOAL_SEGMENT_NOT_A_FILE', /is a device/)
  const fifo = join(folder, 'fifo')
  execFileSync('mkfifo', [fifo])
  refused({ kind: 'file', path: fifo, access: 'readonly' }, 'SHOAL_SEGMENT_NOT_A_FILE', /is a FIFO/)
  const socket = join(folder, 'socket')
  const server = createServer().listen(socket)
  await new Promise((resolve) => server.once('listening', resolve))
  refused({ kind: 'file', path: socket }, 'SHOAL_SEGMENT_NOT_A_FILE', /is a socket/)
  server.close()
})

test('a program that was refused a FIFO can load modules behind links', () => {
  const load = linkedModule()
  const fifo = join(folder, 'other-fifo')
  execFileSync('mkfifo', [fifo])
  refused({ kind: 'file', path: fifo }, 'SHOAL_SEGMENT_NOT_A_FILE', /is a FIFO/)
  assert.is(load(), 'loaded')
})

test('missing posix names, sysv keys and sysv ids are not found', () => {
  refused({ kind: 'posix', name: 'shoal-test-nothing-here' }, 'SHOAL_SEGMENT_NOT_FOUND', /posix segment '\/shoal-test-nothing-here'/)
  refused({ kind: 'sysv', key: 0x0bad_c0de }, 'SHOAL_SEGMENT_NOT_FOUND', /key 0xbadc0de/)
  refused({ kind: 'sysv', id: 0x7fff_fffe }, 'SHOAL_SEGMENT_NOT_FOUND', /id 2147483646/)
  refused({ kind: 'sysv', key: { path: join(folder, 'no-such'), projectId: 1 } }, 'SHOAL_SEGMENT_NOT_FOUND', /no-such/)
})

test('misuse is a TypeError or RangeError that names the option and the value', () => {
  const rangeErrors: [OpenOptions | CreateOptions, RegExp][] = [
    [{ kind: 'anonymous', byteLength: 0 }, /Expected an integer from 1 to 2\^53 - 1 for byteLength but received 0/],
    [{ kind: 'anonymous', byteLength: -1 }, /byteLength but received -1/],
    [{ kind: 'anonymous', byteLength: Number.NaN }, /byteLength but received NaN/],
    [{ kind: 'anonymous', byteLength: 1.5 }, /byteLength but received 1\.5/],
    [{ kind: 'anonymous', byteLength: 2 ** 53 }, /byteLength but received 9007199254740992/],
    [{ kind: 'posix', name: '', byteLength: 8 }, /for name/],
    [{ kind: 'posix', name: 'a/b', byteLength: 8 }, /for name/],
    [{ kind: 'posix', name: 'x'.repeat(255), byteLength: 8 }, /for name/],
    [{ kind: 'posix', name: 'mode', mode: 0o1777, byteLength: 8 }, /for mode/],
    [{ kind: 'sysv', key: 0, byteLength: 8 }, /for key/],
    [{ kind: 'sysv', key: { path: '/', projectId: 0 }, byteLength: 8 }, /key\.projectId/],
    [{ kind: 'file', path: 'a\0b', byteLength: 8 }, /for path/],
  ]
  for (const [options, sentence] of rangeErrors) {
    const error = errorOf(() => Segment.create(options as CreateOptions))
    assert.instance(error, RangeError, String(error))
    assert.match(error.message, sentence)
  }
  assert.instance(
    errorOf(() => Segment.create({ kind: 'anonymous' } as never)),
    TypeError,
  )
  assert.instance(
    errorOf(() => Segment.create({ kind: 'heap', byteLength: 8 } as never)),
    TypeError,
  )
  assert.instance(
    errorOf(() => Segment.open({ kind: 'anonymous' } as never)),
    TypeError,
  )
  assert.instance(
    errorOf(() => Segment.open({ kind: 'file', path: '/', access: 'rw' } as never)),
    TypeError,
  )
  assert.instance(
    errorOf(() => Segment.open({ kind: 'sysv', key: 1, access: 'copyonwrite' })),
    RangeError,
  )
})

test('memory that no address space can hold is a limit, not a crash', () => {
  const error = errorOf(() => Segment.create({ kind: 'anonymous', byteLength: 2 ** 53 - 1 }))
  assert.is(error.code, 'SHOAL_SEGMENT_LIMIT')
})

test.run()
