import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { SysvBarrier, SysvSemaphore } from '#internal/sync/index.js'
import { watchdog } from '../support/watchdog.js'
import { hasCode, rejection } from './support/codes.js'
import { startMember } from './support/member.js'
import { createMemory } from './support/shared-words.js'

watchdog()
const test = suite('SysvSemaphore')
const memory = createMemory()
const { words } = memory
const fixtures = fileURLToPath(new URL('../../test/sync/fixtures/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'shoal-sysv-'))
let nextKey = process.pid * 16

test.after(() => rmSync(folder, { recursive: true }))

function withSet(values: number[], action: (semaphores: SysvSemaphore, key: number) => unknown): Promise<void> {
  const key = nextKey++
  const semaphores = SysvSemaphore.create({ key, values })
  return Promise.resolve(action(semaphores, key)).then(() => semaphores.remove())
}

function setExists(id: number): boolean {
  return readFileSync('/proc/sysvipc/sem', 'utf8')
    .split('\n')
    .some((row) => Number(row.trim().split(/\s+/)[1]) === id && row.trim() !== '')
}

test('permits are taken all or none, given, and waited for', () =>
  withSet([2, 0], (semaphores) => {
    assert.is(semaphores.length, 2)
    assert.is(semaphores.tryAcquire(3), false)
    assert.throws(() => semaphores.acquire(3, { timeoutMs: 1 }), hasCode('SHOAL_SEMAPHORE_TIMEOUT'))
    semaphores.acquire(2)
    semaphores.waitForZero()
    semaphores.release(5, { index: 1 })
    assert.is(semaphores.value(1), 5)
    assert.throws(() => semaphores.waitForZero({ index: 1, timeoutMs: 1 }), hasCode('SHOAL_SEMAPHORE_TIMEOUT'))
  }))

test('two processes take turns', () =>
  withSet([1, 0], async (semaphores) => {
    words[32] = 0
    const members = [
      [0, 1],
      [1, 0],
    ].map(([mine, other]) => startMember('processes', memory, 'alternate', semaphores.id, mine, other, 300))
    await Promise.all(members.map((member) => member.ended))
    assert.is(words[32], 600)
  }))

for (const undo of [false, true]) {
  test(`a permit of a process that ends ${undo ? 'comes back with' : 'is lost without'} undo`, () =>
    withSet([1], async (semaphores) => {
      const member = startMember('processes', memory, 'borrowSysv', semaphores.id, undo)
      await member.ended
      assert.is(semaphores.value(), undo ? 1 : 0)
    }))
}

test('acquireAsync() gets what is released, times out and is aborted', () =>
  withSet([0], async (semaphores) => {
    const acquiring = semaphores.acquireAsync()
    semaphores.release()
    await acquiring
    assert.ok(hasCode('SHOAL_SEMAPHORE_TIMEOUT')(await rejection(semaphores.acquireAsync(1, { timeoutMs: 1 }))))
    const controller = new AbortController()
    const aborted = semaphores.acquireAsync(1, { signal: controller.signal })
    controller.abort('enough')
    assert.is(await rejection(aborted), 'enough')
  }))

test('who waits on a set that is removed is told', () =>
  withSet([0], async (semaphores) => {
    const member = startMember('processes', memory, 'borrowSysv', semaphores.id, false)
    await member.next()
    semaphores.remove()
    semaphores.remove()
    assert.is(await member.next(), 'SHOAL_SEMAPHORE_REMOVED')
    await member.ended
    assert.throws(() => semaphores.value(), hasCode('SHOAL_SEMAPHORE_REMOVED'))
  }))

test('programs that start in any order open one set', () => {
  const key = nextKey++
  const first = SysvSemaphore.openOrCreate({ key, values: [7] })
  const second = SysvSemaphore.openOrCreate({ key, values: [7] })
  assert.equal([first.created, second.created], [true, false])
  assert.is(second.semaphore.value(), 7)
  assert.is(second.semaphore.length, 1)
  assert.throws(() => SysvSemaphore.create({ key, values: [1] }), hasCode('SHOAL_SEMAPHORE_EXISTS'))
  assert.ok(SysvSemaphore.list().some(({ id }) => id === first.semaphore.id))
  SysvSemaphore.remove({ key })
  SysvSemaphore.remove({ key })
})

test('a set that is not there is named in a coded error, by its key or its id', async () => {
  const key = nextKey++
  const named = new RegExp(`^There is no set of semaphores with key 0x${key.toString(16)}, .*create it first`)
  for (const find of [SysvSemaphore.open, SysvBarrier.attach] as const) {
    assert.throws(() => find({ key }), hasCode('SHOAL_SEMAPHORE_NOT_FOUND'))
    assert.throws(() => find({ key }), named)
  }
  let id = -1
  await withSet([0], (semaphores) => {
    id = semaphores.id
  })
  assert.throws(() => SysvSemaphore.open({ id }), hasCode('SHOAL_SEMAPHORE_NOT_FOUND'))
  assert.throws(() => SysvBarrier.attach(id), hasCode('SHOAL_SEMAPHORE_NOT_FOUND'))
  assert.throws(() => SysvBarrier.attach(id), new RegExp(`with id ${id}`))
  SysvSemaphore.remove({ id })
})

test('a set that this user may not use is refused in a coded error', () => {
  if (process.geteuid!() !== 0) return console.log('skipped: only root can become another user')
  const semaphores = SysvSemaphore.create({ values: [1], mode: 0o600 })
  process.seteuid!(65_534)
  try {
    const refuses = hasCode('SHOAL_SEMAPHORE_ACCESS')
    assert.throws(() => SysvSemaphore.open({ id: semaphores.id }), refuses)
    assert.throws(() => SysvBarrier.attach(semaphores.id), refuses)
    assert.throws(() => semaphores.acquire(), refuses)
    assert.throws(() => semaphores.value(), refuses)
  } finally {
    process.seteuid!(0)
    semaphores.remove()
  }
})

test('a mode that keeps the owner out is refused in a coded error, and no set stays behind', () => {
  // Root is kept out of nothing, unless it gives up that right.
  const prefix = process.geteuid!() === 0 ? ['setpriv', '--bounding-set=-ipc_owner'] : []
  if (prefix.length > 0 && spawnSync(prefix[0]!, [...prefix.slice(1), 'true']).status !== 0) return console.log('skipped: no setpriv')
  const program = `
    import { SysvSemaphore } from ${JSON.stringify(import.meta.resolve('@shoal/core'))}
    for (const mode of [0, 0o200, 0o400]) {
      try {
        SysvSemaphore.create({ values: [1], mode })
      } catch (error) {
        console.log(error.code, error.message.includes('0o600'))
      }
    }`
  const [command, ...args] = [...prefix, process.execPath, '--input-type=module', '--eval', program]
  assert.is(execFileSync(command!, args, { encoding: 'utf8' }), 'SHOAL_SEMAPHORE_ACCESS true\n'.repeat(3))
  const modes = readFileSync('/proc/sysvipc/sem', 'utf8')
    .split('\n')
    .map((row) => row.trim().split(/\s+/)[2])
  assert.not(modes.some((mode) => ['0', '200', '400'].includes(mode!)))
})

test('a private set goes with its process; when that is killed, with the next one that cleans', async () => {
  const member = startMember('processes', memory, 'leaveSet')
  const id = (await member.next()) as number
  assert.ok(setExists(id))
  await member.kill()
  assert.ok(setExists(id))
  const { Segment } = await import('@shoal/core')
  await Segment.clean()
  assert.not(setExists(id))
})

test('a C program and a Node program take turns', async () => {
  if (spawnSync('cc', ['--version']).status !== 0) return console.log('skipped: no C compiler')
  const program = join(folder, 'turns')
  execFileSync('cc', ['-O1', '-Wall', '-Werror', '-o', program, join(fixtures, 'turns.c')])
  await alternateWith(program, [])
})

test('a Python program and a Node program take turns', async () => {
  if (spawnSync('python3', ['--version']).status !== 0) return console.log('skipped: no Python')
  await alternateWith('python3', [join(fixtures, 'turns.py')])
})

async function alternateWith(command: string, args: string[]): Promise<void> {
  await withSet([1, 0], async (semaphores, key) => {
    const other = spawn(command, [...args, String(key), '1', '0', '500'], { stdio: 'inherit' })
    for (let i = 0; i < 500; i++) {
      semaphores.acquire(1, { index: 0 })
      semaphores.release(1, { index: 1 })
    }
    const [code] = await once(other, 'exit')
    assert.is(code, 0)
    assert.equal([semaphores.value(0), semaphores.value(1)], [1, 0])
  })
}

test('misuse is refused in a sentence', () =>
  withSet([0], (semaphores) => {
    assert.throws(() => SysvSemaphore.create({ values: [] }), RangeError)
    assert.throws(() => SysvSemaphore.create({ values: [40_000] }), /from 0 to 32767/)
    assert.throws(() => semaphores.acquire(0), RangeError)
    assert.throws(() => semaphores.value(1), RangeError)
    semaphores.release(32_767)
    assert.throws(() => semaphores.release(), hasCode('ERANGE'))
  }))

test('what is no id is refused, and not taken for the set 0 of another program', () => {
  for (const id of [Number.NaN, 0.5, -1, 2 ** 32]) {
    assert.throws(() => SysvSemaphore.remove({ id }), RangeError)
    assert.throws(() => SysvSemaphore.open({ id }), RangeError)
    assert.throws(() => SysvBarrier.attach(id), RangeError)
  }
  for (const id of ['0', undefined]) {
    assert.throws(() => SysvSemaphore.remove({ id } as never), TypeError)
    assert.throws(() => SysvBarrier.attach(id as never), TypeError)
  }
})

test('a thread that attaches a SysvBarrier several times joins once, and one detach() is enough', () => {
  const barrier = SysvBarrier.create({ parties: 1 })
  const [joined, present] = [7, 8].map((index) => () => SysvSemaphore.open({ id: barrier.id }).value(index))
  for (let i = 0; i < 3; i++) assert.is(SysvBarrier.attach(barrier.id).wait(), true)
  assert.is(joined?.(), 1)
  assert.is(present?.(), 1)
  barrier.detach()
  assert.is(joined?.(), 0)
  assert.is(present?.(), 0)
  barrier.remove()
})

test('permissions, values and their number are checked', () => {
  for (const mode of [-1, 0o1777, Number.NaN]) assert.throws(() => SysvSemaphore.create({ values: [1], mode }), RangeError)
  assert.throws(() => SysvSemaphore.create({ values: [1], mode: '600' as never }), TypeError)
  assert.throws(() => SysvSemaphore.create({} as never), TypeError)
  assert.throws(() => SysvSemaphore.create({ values: new Array(100_000).fill(0) }), hasCode('SHOAL_SEMAPHORE_LIMIT'))
})

test('waitForZeroAsync() resolves once the last permit is taken', () =>
  withSet([0, 1], async (semaphores) => {
    await semaphores.waitForZeroAsync()
    const waiting = semaphores.waitForZeroAsync({ index: 1 })
    semaphores.acquire(1, { index: 1 })
    await waiting
    semaphores.release(1, { index: 1 })
    assert.ok(hasCode('SHOAL_SEMAPHORE_TIMEOUT')(await rejection(semaphores.waitForZeroAsync({ index: 1, timeoutMs: 1 }))))
  }))

test('a SysvBarrier is found by its key, made by whoever comes first, and is no other set', async () => {
  const key = nextKey++
  const barrier = SysvBarrier.openOrCreate({ key, parties: 2 })
  try {
    const other = SysvBarrier.openOrCreate({ key, parties: 2 })
    assert.is(other.id, barrier.id)
    assert.equal((await Promise.all([barrier.waitAsync(), SysvBarrier.attach({ key }).waitAsync()])).sort(), [false, true])
    assert.throws(() => SysvBarrier.openOrCreate({ key, parties: 3 }), hasCode('SHOAL_SYNC_MISMATCH'))
    assert.throws(() => SysvBarrier.create({ key, parties: 2 }), hasCode('SHOAL_SEMAPHORE_EXISTS'))
    assert.throws(() => SysvBarrier.create({ parties: 0 }), RangeError)
  } finally {
    barrier.remove()
  }
  await withSet(new Array(10).fill(0), (semaphores) =>
    assert.throws(() => SysvBarrier.attach(semaphores.id), hasCode('SHOAL_SYNC_UNKNOWN')),
  )
})

test.run()
