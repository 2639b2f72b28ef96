import { getEventListeners, once } from 'node:events'
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { segmentOf } from '#internal/memory/index.js'
import { Mutex } from '#internal/sync/index.js'
import { watchdog } from '../support/watchdog.js'
import { hasCode, rejection } from './support/codes.js'
import { backends, startMember } from './support/member.js'
import { createMemory } from './support/shared-words.js'

watchdog()
const test = suite('Mutex')
const memory = createMemory()
const { words } = memory

function locked(mutex: Mutex): boolean {
  const lock = mutex.tryLock()
  lock?.unlock()
  return lock === undefined
}

for (const backend of backends) {
  test(`${backend} that start in any order count under one lock, one at a time`, async () => {
    words.fill(0, 0, 64)
    const members = Array.from({ length: 3 }, () => startMember(backend, memory, 'count', 20_000))
    for (const member of members) assert.is(await member.next(), 0)
    await Promise.all(members.map((member) => member.ended))
    assert.is(words[32], 60_000)
  })

  for (const end of ['return', 'exit', 'kill'] as const) {
    test(`the lock of one of the ${backend} that ends by ${end} says that its owner died, until repair()`, async () => {
      const mutex = Mutex.create(words, 0)
      const member = startMember(backend, memory, 'hold', 'mutex', end === 'kill' ? 'sleep' : end)
      await member.next()
      if (end === 'kill') {
        assert.ok(locked(mutex))
        await member.kill()
      }
      const first = mutex.lock()
      assert.is(first.ownerDied, true)
      first.unlock()
      const second = mutex.lock()
      assert.is(second.ownerDied, true)
      mutex.repair()
      second.unlock()
      assert.is(
        mutex.withLock((lock) => lock.ownerDied),
        false,
      )
      await member.ended
    })
  }

  test(`lockAsync() gets the lock that one of the ${backend} lets go, and keeps the loop turning`, async () => {
    const mutex = Mutex.create(words, 0)
    words[8191] = 0
    const member = startMember(backend, memory, 'holdUntilTold', 'mutex')
    await member.next()
    const locking = mutex.lockAsync()
    await new Promise((resolve) => setImmediate(resolve))
    Atomics.store(words, 8191, 1)
    const lock = await locking
    assert.is(lock.ownerDied, false)
    lock.unlock()
    await member.ended
  })

  test(`lockAsync() gets the lock of one of the ${backend} that is killed`, async () => {
    const mutex = Mutex.create(words, 0)
    const member = startMember(backend, memory, 'hold', 'mutex', 'sleep')
    await member.next()
    const locking = mutex.lockAsync()
    await member.kill()
    const lock = await locking
    assert.is(lock.ownerDied, true)
    lock.unlock()
  })
}

test('two flows of one thread take turns by lockAsync()', async () => {
  const mutex = Mutex.create()
  const order: string[] = []
  const flow = async (name: string) => {
    const lock = await mutex.lockAsync()
    order.push(name)
    await new Promise((resolve) => setImmediate(resolve))
    order.push(name)
    lock.unlock()
  }
  await Promise.all([flow('a'), flow('b'), flow('c')])
  for (let i = 0; i < 6; i += 2) assert.is(order[i], order[i + 1])
})

test('an aborted lockAsync() rejects with the reason, leaves no listener and does not hold the lock', async () => {
  const mutex = Mutex.create()
  const lock = mutex.lock()
  const controller = new AbortController()
  const locking = mutex.lockAsync({ signal: controller.signal })
  controller.abort('enough')
  assert.is(await rejection(locking), 'enough')
  assert.is(getEventListeners(controller.signal, 'abort').length, 0)
  assert.is(await rejection(mutex.lockAsync({ signal: controller.signal })), 'enough')
  lock.unlock()
  assert.not(locked(mutex))
})

test('a wait without success times out, blocking or not', async () => {
  const mutex = Mutex.create(words, 0)
  const member = startMember('threads', memory, 'hold', 'mutex', 'sleep')
  await member.next()
  assert.throws(() => mutex.lock({ timeoutMs: 1 }), hasCode('SHOAL_MUTEX_TIMEOUT'))
  assert.throws(() => mutex.lock({ timeoutMs: 60 }), hasCode('SHOAL_MUTEX_TIMEOUT'))
  assert.ok(hasCode('SHOAL_MUTEX_TIMEOUT')(await rejection(mutex.lockAsync({ timeoutMs: 1 }))))
  assert.is(mutex.tryLock(), undefined)
  await member.kill()
})

test('locking twice, unlocking twice and repairing without the lock are errors', () => {
  const mutex = Mutex.create()
  const lock = mutex.lock()
  assert.throws(() => mutex.lock(), hasCode('SHOAL_MUTEX_DEADLOCK'))
  lock.unlock()
  assert.throws(() => lock.unlock(), hasCode('SHOAL_MUTEX_NOT_HELD'))
  assert.throws(() => mutex.repair(), hasCode('SHOAL_MUTEX_NOT_HELD'))
  const again = mutex.lock()
  assert.throws(() => lock.unlock(), hasCode('SHOAL_MUTEX_NOT_HELD'))
  again[Symbol.dispose]()
  again[Symbol.dispose]()
  assert.not(locked(mutex))
})

test('what withLock() throws comes out, and the lock is free', () => {
  const mutex = Mutex.create()
  assert.throws(
    () =>
      mutex.withLock(() => {
        throw new Error('inside')
      }),
    'inside',
  )
  assert.not(locked(mutex))
})

test('withLock() refuses what is asynchronous: it would go on without the mutex', () => {
  const mutex = Mutex.create()
  assert.throws(() => mutex.withLock(async () => {}), TypeError)
  assert.is(locked(mutex), false)
})

test('a lock that is held when its segment is closed is let go: unlock() says so, and no other memory is touched by the next lock', () => {
  const other = Mutex.create()
  const closed = Mutex.create()
  const lock = closed.lock()
  segmentOf(closed.view)?.close()
  assert.throws(() => lock.unlock(), hasCode('SHOAL_MUTEX_NOT_HELD'))
  other.lock().unlock()
  assert.ok(closed.view.every((word) => word === 0))
})

test('a lock whose segment another thread has closed is not held any more', async () => {
  const mutex = Mutex.create()
  const source = `
    const { Mutex } = require(${JSON.stringify(createRequire(import.meta.url).resolve('#internal/sync/index.js'))})
    const { parentPort, workerData } = require('node:worker_threads')
    const [other, view] = [Mutex.create(), new Int32Array(workerData)]
    const lock = Mutex.attach(view).lock()
    parentPort.postMessage('held')
    parentPort.once('message', () => {
      try { lock.unlock() } catch (error) { parentPort.postMessage(error.code) }
      other.lock().unlock()
    })`
  const worker = new Worker(source, { eval: true, workerData: mutex.view.buffer })
  // From now on: a thread that ends at once says so in the same turn as its last message.
  const ended = once(worker, 'exit')
  assert.is((await once(worker, 'message'))[0], 'held')
  segmentOf(mutex.view)?.close()
  worker.postMessage('unlock')
  assert.is((await once(worker, 'message'))[0], 'SHOAL_MUTEX_NOT_HELD')
  await ended
})

test.run()
