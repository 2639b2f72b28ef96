import { spawnSync } from 'node:child_process'
import { getEventListeners } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Semaphore } from '#internal/sync/index.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'
import { hasCode, rejection } from './support/codes.js'
import { backends, startMember } from './support/member.js'
import { createMemory, until } from './support/shared-words.js'

watchdog()
const test = suite('Semaphore')
const memory = createMemory()
const { words } = memory
/** The word where sleepers are counted. */
const sleepers = 3

for (const backend of backends) {
  test(`no more permits are out than there are, among ${backend}`, async () => {
    const semaphore = Semaphore.create(words, 0, { permits: 2 })
    words[32] = 0
    const members = Array.from({ length: 4 }, () => startMember(backend, memory, 'borrow', 5_000, 2))
    await Promise.all(members.map((member) => member.ended))
    assert.is(semaphore.permits, 2)
  })

  test(`release(n) wakes those among ${backend} that wait, whatever they want`, async () => {
    const semaphore = Semaphore.create(words, 0, { permits: 0 })
    const members = [3, 1, 1].map((count) => startMember(backend, memory, 'acquire', count))
    await until(() => words[sleepers] === 3)
    semaphore.release()
    semaphore.release(4)
    for (const member of members) {
      assert.is(await member.next(), 'waiting')
      assert.is(await member.next(), 'acquired')
      await member.ended
    }
    assert.is(semaphore.permits, 0)
  })

  test(`a permit goes to the next when a sleeper among ${backend} is killed`, async () => {
    const semaphore = Semaphore.create(words, 0, { permits: 0 })
    const doomed = startMember(backend, memory, 'acquire', 1)
    await until(() => words[sleepers] === 1)
    const heir = startMember(backend, memory, 'acquire', 1)
    await until(() => words[sleepers] === 2)
    await doomed.kill()
    semaphore.release()
    await heir.next()
    assert.is(await heir.next(), 'acquired')
    await heir.ended
  })

  for (const exit of [true, false]) {
    test(`one of the ${backend} with pending acquireAsync() ${exit ? 'can exit' : 'can be ended from outside'}`, async () => {
      Semaphore.create(words, 0, { permits: 0 })
      const member = startMember(backend, memory, 'acquireAsync', exit)
      assert.is(await member.next(), 'waiting')
      if (!exit) await member.kill()
      await member.ended
    })
  }

  test(`acquireAsync() gets what one of the ${backend} releases`, async () => {
    const semaphore = Semaphore.create(words, 0, { permits: 0 })
    const acquiring = semaphore.acquireAsync(2)
    await until(() => words[sleepers] === 1)
    const member = startMember(backend, memory, 'release', 2)
    await acquiring
    assert.is(semaphore.permits, 0)
    assert.is(words[sleepers], 0)
    await member.ended
  })
}

test('all or none: two of three permits are not enough', () => {
  const semaphore = Semaphore.create({ permits: 2 })
  assert.is(semaphore.tryAcquire(3), false)
  assert.is(semaphore.permits, 2)
  assert.is(semaphore.tryAcquire(2), true)
  assert.throws(() => semaphore.acquire(1, { timeoutMs: 1 }), hasCode('SHOAL_SEMAPHORE_TIMEOUT'))
  assert.throws(() => semaphore.acquire(1, { timeoutMs: 70 }), hasCode('SHOAL_SEMAPHORE_TIMEOUT'))
})

test('acquire() that is woken for too little waits its whole time', async () => {
  const semaphore = Semaphore.create(words, 0, { permits: 0 })
  const member = startMember('threads', memory, 'tease', 'release', sleepers)
  await member.next()
  const start = performance.now()
  assert.throws(() => semaphore.acquire(2, { timeoutMs: 1000 }), hasCode('SHOAL_SEMAPHORE_TIMEOUT'))
  assert.ok(performance.now() - start >= 1000)
  assert.is(semaphore.permits, 1)
  await member.ended
})

test('a program is warned of waits that have blocked its main thread for 50 ms, not of shorter ones', () => {
  const source = `
    const { Semaphore } = require(${JSON.stringify(createRequire(import.meta.url).resolve('#internal/sync/index.js'))})
    const { isMainThread, Worker, workerData } = require('node:worker_threads')
    const semaphore = isMainThread ? Semaphore.create({ permits: 0 }) : Semaphore.attach(new Int32Array(workerData))
    if (isMainThread) {
      process.on('warning', () => console.log('warned'))
      new Worker(__filename, { workerData: semaphore.view.buffer }).once('message', () => {
        const start = performance.now()
        semaphore.acquire(3)
        console.log(performance.now() - start >= 50 ? 'long' : 'short')
      })
    } else {
      require('node:worker_threads').parentPort.postMessage('ready')
      for (let i = 0; i < 3; i++) {
        while (Atomics.load(semaphore.view, ${sleepers}) === 0);
        semaphore.release()
        while (Atomics.load(semaphore.view, ${sleepers}) !== 0);
      }
    }`
  const path = join(temporaryFolder(), 'program.cjs')
  writeFileSync(path, source)
  const { stdout } = spawnSync(process.execPath, [path], { encoding: 'utf8' })
  assert.match(stdout, /^(short\n|long\nwarned\n)$/)
})

test('a time-out that is no number is refused', async () => {
  const semaphore = Semaphore.create({ permits: 0 })
  for (const timeoutMs of ['5', true, 5n]) {
    assert.throws(() => semaphore.acquire(1, { timeoutMs: timeoutMs as never }), TypeError)
    assert.instance(await rejection(semaphore.acquireAsync(1, { timeoutMs: timeoutMs as never })), TypeError)
  }
})

test('an aborted or timed out acquireAsync() takes nothing and leaves no listener', async () => {
  const semaphore = Semaphore.create({ permits: 1 })
  const controller = new AbortController()
  const acquiring = semaphore.acquireAsync(2, { signal: controller.signal })
  controller.abort('enough')
  assert.is(await rejection(acquiring), 'enough')
  assert.is(getEventListeners(controller.signal, 'abort').length, 0)
  assert.ok(hasCode('SHOAL_SEMAPHORE_TIMEOUT')(await rejection(semaphore.acquireAsync(2, { timeoutMs: 1 }))))
  assert.is(semaphore.permits, 1)
})

test('more permits than a word holds are refused', () => {
  const semaphore = Semaphore.create({ permits: 0x7fffffff })
  assert.throws(() => semaphore.release(), RangeError)
  assert.is(semaphore.tryAcquire(0x7fffffff), true)
  assert.is(semaphore.permits, 0)
  assert.throws(() => Semaphore.create({ permits: -1 }), RangeError)
  assert.throws(() => semaphore.acquire(0), RangeError)
})

test('openOrCreate() keeps what is there', () => {
  words.fill(0, 0, 16)
  Semaphore.openOrCreate(words, 0, { permits: 3 }).acquire(3)
  assert.is(Semaphore.openOrCreate(words, 0, { permits: 3 }).permits, 0)
})

test.run()
