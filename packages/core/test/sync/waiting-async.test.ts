import { getEventListeners } from 'node:events'
import { readdirSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Barrier, Condition, Latch, Mutex, Once, RingQueue, RwLock, Semaphore, SysvBarrier, SysvSemaphore } from '#internal/sync/index.js'
import { watchdog } from '../support/watchdog.js'
import { hasCode, rejection } from './support/codes.js'
import { startMember } from './support/member.js'
import { createMemory } from './support/shared-words.js'

watchdog()
const test = suite('waits that do not block')
const memory = createMemory()
const { words } = memory

test('hundreds of them, each on a word of its own, take one thread', async () => {
  const semaphores = Array.from({ length: 300 }, (_, i) => Semaphore.create(words, 16 * i, { permits: 0 }))
  await Semaphore.create({ permits: 1 }).acquireAsync()
  const before = readdirSync('/proc/self/task').length
  const acquiring = semaphores.map((semaphore) => semaphore.acquireAsync())
  await new Promise((resolve) => setImmediate(resolve))
  assert.ok(readdirSync('/proc/self/task').length <= before + 1)
  for (const semaphore of semaphores) semaphore.release()
  await Promise.all(acquiring)
})

test('one keeps its process alive until it is over', async () => {
  for (const role of ['outliveByWord', 'outliveBySysv']) {
    Latch.create(words, 0, { count: 1 })
    const semaphores = SysvSemaphore.create({ values: [0] })
    words[64] = semaphores.id
    const member = startMember('processes', memory, role)
    assert.is(await member.next(), 'waiting')
    Latch.attach(words).countDown()
    semaphores.release()
    assert.is(await member.next(), 'over')
    await member.ended
    semaphores.remove()
  }
})

/** Waits, and a change that lets each go on, by one who dies before it wakes anybody. */
const unheard: Record<string, () => { waiting: Promise<unknown>; change(): void }> = {
  barrier() {
    const barrier = Barrier.create(words, 0, { parties: 2 })
    const change = () => {
      Atomics.store(words, 2, 2)
      Atomics.add(words, 3, 2)
    }
    return { waiting: barrier.waitAsync(), change }
  },
  latch: () => ({ waiting: Latch.create(words, 0, { count: 1 }).waitAsync(), change: () => Atomics.sub(words, 2, 1) }),
  pop() {
    const queue = RingQueue.create(words, 0, { capacityBytes: 64 })
    const change = () => {
      // Nobody sleeps, as it seems.
      Atomics.store(words, 51, 0)
      queue.push(new Uint8Array(1))
    }
    return { waiting: queue.popAsync(), change }
  },
  semaphore: () => ({ waiting: Semaphore.create(words, 0, { permits: 0 }).acquireAsync(), change: () => Atomics.add(words, 2, 1) }),
}

for (const [what, start] of Object.entries(unheard)) {
  test(`${what}: a change that nobody wakes for is seen as well`, async () => {
    const { waiting, change } = start()
    await new Promise((resolve) => setImmediate(resolve))
    change()
    await waiting
  })
}

/** Every wait that takes a signal, in vain; and what cleans up. */
const waits: Record<string, (signal: AbortSignal) => { waiting: Promise<unknown>; clean?: () => void }> = {
  barrier: (signal) => ({ waiting: Barrier.create({ parties: 2 }).waitAsync({ signal }) }),
  sysvBarrier(signal) {
    const barrier = SysvBarrier.create({ parties: 2 })
    return { waiting: barrier.waitAsync({ signal }), clean: () => barrier.remove() }
  },
  condition(signal) {
    const mutex = Mutex.create()
    const lock = mutex.lock()
    return { waiting: Condition.create().waitAsync(mutex, lock, () => false, { signal }), clean: () => lock.unlock() }
  },
  latch: (signal) => ({ waiting: Latch.create({ count: 1 }).waitAsync({ signal }) }),
  mutex(signal) {
    const mutex = Mutex.create()
    const lock = mutex.lock()
    return { waiting: mutex.lockAsync({ signal }), clean: () => lock.unlock() }
  },
  pop: (signal) => ({ waiting: RingQueue.create({ capacityBytes: 64 }).popAsync({ signal }) }),
  push(signal) {
    const queue = RingQueue.create({ capacityBytes: 64 })
    queue.push(new Uint8Array(56))
    return { waiting: queue.pushAsync(new Uint8Array(1), { signal }) }
  },
  read(signal) {
    const lock = RwLock.create()
    const written = lock.write()
    return { waiting: lock.readAsync({ signal }), clean: () => written.unlock() }
  },
  write(signal) {
    const lock = RwLock.create()
    const read = lock.read()
    return { waiting: lock.writeAsync({ signal }), clean: () => read.unlock() }
  },
  semaphore: (signal) => ({ waiting: Semaphore.create({ permits: 0 }).acquireAsync(1, { signal }) }),
  once(signal) {
    const once = Once.create(words, 0)
    const lock = Mutex.attach(words, 16).lock()
    return { waiting: once.runAsync(() => {}, { signal }), clean: () => lock.unlock() }
  },
  sysvSemaphore(signal) {
    const semaphores = SysvSemaphore.create({ values: [0] })
    return { waiting: semaphores.acquireAsync(1, { signal }), clean: () => semaphores.remove() }
  },
  sysvZero(signal) {
    const semaphores = SysvSemaphore.create({ values: [1] })
    return { waiting: semaphores.waitForZeroAsync({ signal }), clean: () => semaphores.remove() }
  },
}

for (const [what, start] of Object.entries(waits)) {
  test(`${what}: an abort rejects with its reason and leaves no listener, and so does one that came before`, async () => {
    const controller = new AbortController()
    const { waiting, clean } = start(controller.signal)
    await new Promise((resolve) => setImmediate(resolve))
    assert.is(getEventListeners(controller.signal, 'abort').length, 1)
    controller.abort('enough')
    assert.is(await rejection(waiting), 'enough')
    assert.is(getEventListeners(controller.signal, 'abort').length, 0)
    clean?.()
    const late = start(controller.signal)
    assert.is(await rejection(late.waiting), 'enough')
    late.clean?.()
  })
}

test('a signal that many waits share has one listener, and ends all of them', async () => {
  const controller = new AbortController()
  const { signal } = controller
  const set = SysvSemaphore.create({ values: [0] })
  const semaphore = Semaphore.create({ permits: 0 })
  const waiting = Array.from({ length: 30 }, (_, i) => rejection((i % 2 === 0 ? semaphore : set).acquireAsync(1, { signal })))
  await new Promise((resolve) => setImmediate(resolve))
  assert.is(getEventListeners(signal, 'abort').length, 1)
  controller.abort('all')
  assert.equal(await Promise.all(waiting), Array(30).fill('all'))
  assert.is(getEventListeners(signal, 'abort').length, 0)
  set.remove()
})

test('options that are none are refused, and nothing has been waited for', async () => {
  const mutex = Mutex.create()
  const barrier = Barrier.create({ parties: 1 })
  const calls: ((options: never) => Promise<unknown>)[] = [
    (options) => mutex.lockAsync(options),
    (options) => barrier.waitAsync(options),
    (options) => Semaphore.create({ permits: 1 }).acquireAsync(1, options),
    (options) => Latch.create({ count: 0 }).waitAsync(options),
  ]
  for (const call of calls) {
    assert.match(String(await rejection(call({ signal: 'stop' } as never))), /Expected an AbortSignal for signal but received 'stop'/)
    assert.match(String(await rejection(call(null as never))), /Expected an object for options but received null/)
  }
  assert.is(mutex.tryLock()?.ownerDied, false)
  assert.is(barrier.wait(), true)
})

test('what is to run under a lock and is no function is refused before the lock is taken', () => {
  assert.throws(() => Mutex.create().withLock(5 as never), /Expected a function for fn but received 5/)
  assert.throws(() => Once.create().run(5 as never), /Expected a function for fn but received 5/)
})

test('one that gets what it waits for leaves no listener', async () => {
  const { signal } = new AbortController()
  const semaphore = Semaphore.create({ permits: 0 })
  const acquiring = semaphore.acquireAsync(1, { signal })
  semaphore.release()
  await acquiring
  assert.ok(hasCode('SHOAL_SEMAPHORE_TIMEOUT')(await rejection(semaphore.acquireAsync(1, { signal, timeoutMs: 1 }))))
  assert.is(getEventListeners(signal, 'abort').length, 0)
})

test.run()
