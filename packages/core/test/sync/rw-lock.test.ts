import { getEventListeners } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RwLock } from '#internal/sync/index.js'
import { watchdog } from '../support/watchdog.js'
import { hasCode, rejection } from './support/codes.js'
import { backends, startMember } from './support/member.js'
import { createMemory, until } from './support/shared-words.js'

watchdog()
const test = suite('RwLock')
const memory = createMemory()
const { words } = memory

for (const backend of backends) {
  test(`readers among ${backend} never see half of what writers write`, async () => {
    RwLock.create(words, 0)
    words.fill(0, 4096, 4098)
    const roles = ['readPairs', 'readPairs', 'writePairs', 'writePairs']
    const members = roles.map((role) => startMember(backend, memory, role, 5_000))
    await Promise.all(members.map((member) => member.ended))
    assert.is(words[4096], 10_000)
  })

  test(`readers among ${backend} share it, and keep a writer out`, async () => {
    const lock = RwLock.create(words, 0)
    words[8191] = 0
    const member = startMember(backend, memory, 'holdUntilTold', 'read')
    await member.next()
    lock.read().unlock()
    assert.is(lock.tryWrite(), undefined)
    assert.throws(() => lock.write({ timeoutMs: 60 }), hasCode('SHOAL_RWLOCK_TIMEOUT'))
    lock.read().unlock()
    const writing = lock.writeAsync()
    Atomics.store(words, 8191, 1)
    ;(await writing).unlock()
    await member.ended
  })

  test(`a reader among ${backend} that is killed is forgotten`, async () => {
    const lock = RwLock.create(words, 0, { readers: 1 })
    const member = startMember(backend, memory, 'hold', 'read', 'sleep')
    await member.next()
    assert.throws(() => lock.read({ timeoutMs: 1 }), hasCode('SHOAL_RWLOCK_TIMEOUT'))
    await member.kill()
    const written = lock.write()
    assert.is(written.ownerDied, false)
    written.unlock()
    lock.read().unlock()
  })

  for (const end of ['exit', 'kill'] as const) {
    test(`a writer among ${backend} that ends by ${end} is told to readers and writers until repair()`, async () => {
      const lock = RwLock.create(words, 0)
      const member = startMember(backend, memory, 'hold', 'write', end === 'kill' ? 'sleep' : end)
      await member.next()
      if (end === 'kill') {
        assert.is(lock.tryRead(), undefined)
        assert.throws(() => lock.read({ timeoutMs: 60 }), hasCode('SHOAL_RWLOCK_TIMEOUT'))
        await member.kill()
      }
      const read = lock.read()
      assert.is(read.ownerDied, true)
      read.unlock()
      const written = lock.write()
      assert.is(written.ownerDied, true)
      lock.repair()
      written.unlock()
      const whole = await lock.readAsync()
      assert.is(whole.ownerDied, false)
      whole.unlock()
      await member.ended
    })
  }
}

test('one thread that would wait for itself is told so', () => {
  const lock = RwLock.create()
  const read = lock.read()
  const beside = lock.read()
  assert.throws(() => lock.write(), hasCode('SHOAL_MUTEX_DEADLOCK'))
  read.unlock()
  beside.unlock()
  const written = lock.write()
  assert.throws(() => lock.read(), hasCode('SHOAL_MUTEX_DEADLOCK'))
  assert.throws(() => lock.write(), hasCode('SHOAL_MUTEX_DEADLOCK'))
  written.unlock()
  assert.throws(() => written.unlock(), hasCode('SHOAL_MUTEX_NOT_HELD'))
  assert.throws(() => lock.repair(), hasCode('SHOAL_MUTEX_NOT_HELD'))
})

for (const backend of backends) {
  test(`a thread that reads and would read again while one of the ${backend} waits to write is told so`, async () => {
    const lock = RwLock.create(words, 0)
    const read = lock.read()
    const member = startMember(backend, memory, 'waitInVain', 'write')
    await until(() => words[2] !== 0)
    assert.throws(() => lock.read({ timeoutMs: 1000 }), hasCode('SHOAL_MUTEX_DEADLOCK'))
    assert.is(lock.tryRead(), undefined)
    await member.kill()
    lock.read().unlock()
    read.unlock()
  })
}

test('flows of one thread take turns by the async forms', async () => {
  const lock = RwLock.create()
  const read = lock.read()
  const writing = lock.writeAsync()
  read.unlock()
  const written = await writing
  const reading = lock.readAsync()
  written.unlock()
  ;(await reading).unlock()
})

for (const backend of backends) {
  test(`writeAsync() outlives a reader among ${backend} that is killed`, async () => {
    const lock = RwLock.create(words, 0)
    const member = startMember(backend, memory, 'hold', 'read', 'sleep')
    await member.next()
    const writing = lock.writeAsync()
    await member.kill()
    ;(await writing).unlock()
  })

  test(`readAsync() gets the lock of a writer among ${backend} that is killed`, async () => {
    const lock = RwLock.create(words, 0)
    const member = startMember(backend, memory, 'hold', 'write', 'sleep')
    await member.next()
    const reading = lock.readAsync()
    await member.kill()
    const read = await reading
    assert.is(read.ownerDied, true)
    read.unlock()
  })
}

test('a writeAsync() that times out or is aborted lets readers in again, and leaves no listener', async () => {
  const lock = RwLock.create(words, 0)
  const member = startMember('threads', memory, 'hold', 'read', 'sleep')
  await member.next()
  assert.ok(hasCode('SHOAL_RWLOCK_TIMEOUT')(await rejection(lock.writeAsync({ timeoutMs: 1 }))))
  lock.read().unlock()
  const controller = new AbortController()
  const writing = lock.writeAsync({ signal: controller.signal })
  await new Promise((resolve) => setImmediate(resolve))
  assert.is(lock.tryWrite(), undefined)
  controller.abort('enough')
  assert.is(await rejection(writing), 'enough')
  assert.is(getEventListeners(controller.signal, 'abort').length, 0)
  lock.read().unlock()
  await member.kill()
})

test('an aborted readAsync() rejects with the reason', async () => {
  const lock = RwLock.create(words, 0)
  const member = startMember('threads', memory, 'hold', 'write', 'sleep')
  await member.next()
  const controller = new AbortController()
  const reading = lock.readAsync({ signal: controller.signal })
  controller.abort('enough')
  assert.is(await rejection(reading), 'enough')
  await member.kill()
})

test('the number of readers is checked', () => {
  assert.throws(() => RwLock.create({ readers: 0 }), RangeError)
  words.fill(0, 0, 256)
  RwLock.openOrCreate(words, 0, { readers: 2 })
  assert.throws(() => RwLock.openOrCreate(words, 0, { readers: 3 }), hasCode('SHOAL_SYNC_MISMATCH'))
})

test('a thread that has taken all places itself is told, or waits for itself without blocking', async () => {
  const lock = RwLock.create({ readers: 1 })
  const first = lock.read()
  assert.throws(() => lock.read(), hasCode('SHOAL_MUTEX_DEADLOCK'))
  assert.is(lock.tryRead(), undefined)
  const second = lock.readAsync()
  first.unlock()
  ;(await second).unlock()
})

test.run()
