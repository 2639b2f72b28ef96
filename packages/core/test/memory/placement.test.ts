import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { allocate, Segment, segmentOf, share, shareAsync } from '@shoal/core'
import { addressOf, allowedCpus } from '@shoal/native'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { backingOf } from '#internal/memory/segment.js'
import { skipLoudly } from '../support/machine.js'
import { rejection } from '../support/rejection.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('placing memory')
const megabyte = 2 ** 20

test('memory is not allocated before it is touched, and prefault touches all of it', async () => {
  using segment = Segment.create({ kind: 'anonymous', byteLength: 200 * megabyte })
  assert.is(segment.stat().residentBytes, 0)
  const progress: number[] = []
  let turns = 0
  const turning = setInterval(() => {
    turns += 1
  }, 0)
  await segment.prefault({ onProgress: (bytes) => progress.push(bytes) })
  clearInterval(turning)
  assert.ok(turns > 0, 'the event loop turned meanwhile')
  assert.is(segment.stat().residentBytes, 200 * megabyte)
  assert.is(progress.at(-1), 200 * megabyte)
  assert.equal(
    progress,
    [...progress].sort((a, b) => a - b),
  )
  assert.ok(segment.view(Uint32Array).every((word) => word === 0))
})

/** Pages that the main thread has had allocated or read in so far. */
function pageFaults(): number {
  const afterName = readFileSync(`/proc/self/task/${process.pid}/stat`, 'latin1').split(') ')[1]!
  return Number(afterName.split(' ')[7])
}

test('prefault works on other threads than the main one, on several at once', async () => {
  using segment = Segment.create({ kind: 'anonymous', byteLength: 512 * megabyte })
  const before = pageFaults()
  const controller = new AbortController()
  await segment.prefault({ signal: controller.signal, onProgress: () => controller.abort() }).catch(() => {})
  assert.ok(pageFaults() - before < 10_000)
  // The first step is done, and no other begins; but one of each thread was under way, and is waited for.
  const steps = Math.min(allowedCpus().length, 3)
  assert.is(segment.stat().residentBytes, steps * 64 * megabyte)
})

test('prefault keeps what is there', async () => {
  using segment = Segment.create({ kind: 'posix', name: `shoal-prefault-${process.pid}`, byteLength: megabyte + 3 })
  const view = segment.view(Uint8Array).fill(5)
  await segment.prefault()
  assert.ok(view.every((byte) => byte === 5))
})

test('prefault stops when it is aborted, with the reason given', async () => {
  using segment = Segment.create({ kind: 'anonymous', byteLength: 512 * megabyte })
  const controller = new AbortController()
  const reason = new Error('enough')
  const run = segment.prefault({ signal: controller.signal, onProgress: () => controller.abort(reason) })
  const error = await run.catch((thrown: unknown) => thrown)
  assert.is(error, reason)
  assert.ok(segment.stat().residentBytes < 512 * megabyte)
})

test('prefault of a segment that is closed meanwhile stops, and says so', async () => {
  const segment = Segment.create({ kind: 'anonymous', byteLength: 1024 * megabyte })
  const { rss } = process.memoryUsage()
  const run = segment.prefault()
  segment.close()
  assert.is((await rejection(run)).code, 'SHOAL_SEGMENT_CLOSED')
  assert.ok(process.memoryUsage().rss - rss < 512 * megabyte)
})

test('what is aborted before there is anything to do rejects as well', async () => {
  const signal = AbortSignal.abort(new Error('enough'))
  assert.is((await rejection(shareAsync(new Float64Array(0), { signal }))).message, 'enough')
  using segment = Segment.create({ kind: 'anonymous', byteLength: 8 })
  assert.is((await rejection(segment.prefault({ signal }))).message, 'enough')
})

test('created with prefault, all pages are there at once', () => {
  assert.is(segmentOf(allocate(Uint8Array, 3 * megabyte, { prefault: true }))?.stat().residentBytes, 3 * megabyte)
  using sysv = Segment.create({ kind: 'sysv', byteLength: 3 * megabyte, prefault: true })
  assert.is(sysv.stat().residentBytes, 3 * megabyte)
})

test('segments stay out of core dumps, unless asked for', () => {
  const flags = (dump: boolean): string => {
    using segment = Segment.create({ kind: 'anonymous', byteLength: 12_345_000, dump })
    const address = addressOf(backingOf(segment).mapping!).toString(16).padStart(8, '0')
    return new RegExp(`^${address}-[^]*?^VmFlags: (.*)$`, 'm').exec(readFileSync('/proc/self/smaps', 'latin1'))![1]!
  }
  assert.match(flags(false), / dd /)
  assert.not.match(flags(true), / dd /)
})

test('locked memory is resident', () => {
  using segment = Segment.create({ kind: 'anonymous', byteLength: megabyte, lock: true })
  assert.is(segment.stat().residentBytes, megabyte)
})

if (readdirSync('/sys/devices/system/node').filter((name) => /^node\d+$/.test(name)).length < 2) {
  skipLoudly('where NUMA policies put pages', 'this machine has one node')
}
for (const numa of ['interleave', 'bind', 'local'] as const) {
  test(`numa: '${numa}' gives usable memory`, () => {
    assert.is(allocate(Float64Array, 100_000, { numa, prefault: true }).at(-1), 0)
  })
}

test('misuse is told', () => {
  assert.throws(() => allocate(Uint8Array, 8, { hugePages: 'yes' as never }), /Expected true, false or 'try' for hugePages/)
  assert.throws(() => allocate(Uint8Array, 8, { numa: 'all' as never }), TypeError)
})

test('every advice is taken', () => {
  using segment = Segment.create({ kind: 'anonymous', byteLength: megabyte })
  for (const advice of ['sequential', 'random', 'willneed', 'dontneed', 'hugepage'] as const) segment.advise(advice)
})

test('stat tells permissions, times and owner', () => {
  const before = Date.now() - 2000
  using segment = Segment.create({ kind: 'posix', name: `shoal-stat-${process.pid}`, byteLength: 5000, mode: 0o640 })
  const { name, byteLength, mode, uid, created, owner, attached } = segment.stat()
  assert.equal([name, byteLength, mode, attached], [`/shoal-stat-${process.pid}`, 5000, 0o640, undefined])
  assert.is(uid, process.getuid!())
  assert.is(segment.stat().residentBytes, 5000, 'it is reserved')
  assert.is(Segment.list().find((listed) => listed.name === name)?.residentBytes, 5000)
  assert.ok(created.getTime() >= before && created.getTime() <= Date.now() + 2000)
  assert.equal(owner, { uid: process.getuid!(), pid: process.pid, alive: true })
  using sysv = Segment.create({ kind: 'sysv', byteLength: 5000, mode: 0o600 })
  assert.is(sysv.stat().attached, 1)
  assert.is(sysv.stat().mode, 0o600)
  assert.is(sysv.stat().uid, process.getuid!())
})

test('permissions are those that were asked for, whatever the umask', () => {
  const before = process.umask(0o077)
  try {
    const path = join(temporaryFolder(), 'open-to-all')
    using posix = Segment.create({ kind: 'posix', name: `shoal-mode-${process.pid}`, byteLength: 8, mode: 0o666 })
    using sysv = Segment.create({ kind: 'sysv', byteLength: 8, mode: 0o666 })
    using file = Segment.create({ kind: 'file', path, byteLength: 8, mode: 0o666 })
    assert.equal(
      [posix, sysv, file].map((segment) => segment.stat().mode),
      [0o666, 0o666, 0o666],
    )
    using ordinary = Segment.create({ kind: 'posix', name: `shoal-ordinary-${process.pid}`, byteLength: 8 })
    assert.is(ordinary.stat().mode, 0o600)
  } finally {
    process.umask(before)
  }
})

test('stat tells the permissions and times of an empty file too', () => {
  const path = join(temporaryFolder(), 'empty')
  writeFileSync(path, '', { mode: 0o600 })
  const empty = Segment.open({ kind: 'file', path })
  const { byteLength, mode, uid, modified } = empty.stat()
  assert.equal([byteLength, mode, uid, modified], [0, 0o600, process.getuid!(), statSync(path).mtime])
})

test('stat tells what other programs have made: its user, and as creator nobody that we know', () => {
  const name = `shoal-foreign-${process.pid}`
  writeFileSync(`/dev/shm/${name}`, 'foreign', { mode: 0o600 })
  using segment = Segment.open({ kind: 'posix', name })
  const { uid, owner } = segment.stat()
  assert.equal([uid, owner], [process.getuid!(), undefined])
  Segment.remove({ kind: 'posix', name })
})

test('shareAsync copies off the main thread, and can be stopped', async () => {
  const source = Float64Array.from({ length: 20_000_000 }, (_, i) => i)
  const before = pageFaults()
  const shared = await shareAsync(source)
  assert.ok(pageFaults() - before < 10_000, 'the main thread has not touched most of the 39,063 pages')
  assert.is(shared.length, source.length)
  assert.ok(shared.every((x, i) => x === i))
  assert.equal([...share(shared.subarray(5, 8))], [5, 6, 7])
  const reason = new Error('never mind')
  const descriptors = () => readdirSync('/proc/self/fd').length
  const open = descriptors()
  assert.is(await shareAsync(source, { signal: AbortSignal.abort(reason) }).catch((error: unknown) => error), reason)
  assert.is(descriptors(), open, 'what was begun is not waiting for the collector')
  assert.is((await shareAsync(new Int16Array(0))).length, 0)
})

test.run()
