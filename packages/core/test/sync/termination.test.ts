import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Barrier, Condition, Latch, Mutex, Once, RingQueue, RwLock, Semaphore, SysvBarrier, SysvSemaphore } from '#internal/sync/index.js'
import { watchdog } from '../support/watchdog.js'
import type { Waiting } from './fixtures/roles.js'
import { startMember } from './support/member.js'
import { createMemory } from './support/shared-words.js'

watchdog()
const test = suite('worker.terminate() during a wait')
const memory = createMemory()
const { words } = memory

/** What the wait promises. Another program may hold up one attempt, so the quickest of several is looked at. */
const boundMs = 100
const attempts = 5

/** Makes what a thread waits for in vain; may return what cleans up. */
const scenes: Record<Waiting, () => (() => void) | undefined> = {
  barrier() {
    Barrier.create(words, 0, { parties: 2, watch: true })
    return undefined
  },
  sysvBarrier() {
    const barrier = SysvBarrier.create({ parties: 2 })
    words[14] = barrier.id
    return () => barrier.remove()
  },
  condition() {
    Mutex.create(words, 0)
    Condition.create(words, 16)
    return undefined
  },
  latch() {
    Latch.create(words, 0, { count: 1 })
    return undefined
  },
  mutex() {
    const lock = Mutex.create(words, 0).lock()
    return () => lock.unlock()
  },
  once() {
    // The mutex behind it, as if this thread were running it.
    Once.create(words, 0)
    const lock = Mutex.attach(words, 16).lock()
    return () => lock.unlock()
  },
  pop() {
    RingQueue.create(words, 0, { capacityBytes: 64 })
    return undefined
  },
  push() {
    RingQueue.create(words, 0, { capacityBytes: 64 }).push(new Uint8Array(56))
    return undefined
  },
  read() {
    const lock = RwLock.create(words, 0).write()
    return () => lock.unlock()
  },
  write() {
    const lock = RwLock.create(words, 0).read()
    return () => lock.unlock()
  },
  semaphore() {
    Semaphore.create(words, 0, { permits: 0 })
    return undefined
  },
  sysvSemaphore() {
    const semaphores = SysvSemaphore.create({ values: [0] })
    words[14] = semaphores.id
    return () => semaphores.remove()
  },
  sysvZero() {
    const semaphores = SysvSemaphore.create({ values: [1] })
    words[14] = semaphores.id
    return () => semaphores.remove()
  },
}

for (const [what, prepare] of Object.entries(scenes)) {
  test(`${what}: the thread is gone within ${boundMs} ms`, async () => {
    let quickest = Number.POSITIVE_INFINITY
    for (let attempt = 0; attempt < attempts && quickest > boundMs; attempt++) {
      words.fill(0, 0, 1024)
      const clean = prepare()
      const member = startMember('threads', memory, 'waitInVain', what)
      assert.is(await member.next(), 'waiting')
      const start = performance.now()
      await member.kill()
      quickest = Math.min(quickest, performance.now() - start)
      clean?.()
    }
    assert.ok(quickest <= boundMs, `${quickest} ms`)
  })
}

test.run()
