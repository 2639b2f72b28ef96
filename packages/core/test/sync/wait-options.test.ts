import {
  allocate,
  Barrier,
  Condition,
  Latch,
  Mutex,
  Once,
  RingQueue,
  RwLock,
  Segment,
  Semaphore,
  SysvBarrier,
  SysvSemaphore,
} from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'

watchdog()

const test = suite('options of waits')

/** Each is open at once, so that there is nothing to wait for. */
const waits: Readonly<Record<string, (options: never) => unknown>> = {
  'mutex.lock': (options) => Mutex.create().lock(options).unlock(),
  'mutex.lockAsync': async (options) => (await Mutex.create().lockAsync(options)).unlock(),
  'rwLock.read': (options) => RwLock.create().read(options).unlock(),
  'rwLock.write': (options) => RwLock.create().write(options).unlock(),
  'rwLock.readAsync': async (options) => (await RwLock.create().readAsync(options)).unlock(),
  'rwLock.writeAsync': async (options) => (await RwLock.create().writeAsync(options)).unlock(),
  'semaphore.acquire': (options) => Semaphore.create({ permits: 1 }).acquire(1, options),
  'semaphore.acquireAsync': (options) => Semaphore.create({ permits: 1 }).acquireAsync(1, options),
  'latch.wait': (options) => Latch.create({ count: 0 }).wait(options),
  'latch.waitAsync': (options) => Latch.create({ count: 0 }).waitAsync(options),
  'once.run': (options) => done().run(() => {}, options),
  'once.runAsync': (options) => done().runAsync(() => {}, options),
  'queue.push': (options) => RingQueue.create({ capacityBytes: 64 }).push(Uint8Array.of(1), options),
  'queue.pushAsync': (options) => RingQueue.create({ capacityBytes: 64 }).pushAsync(Uint8Array.of(1), options),
  'queue.pop': (options) => filled().pop(options),
  'queue.popAsync': (options) => filled().popAsync(options),
  'queue.popInto': (options) => filled().popInto(new Uint8Array(8), options),
  'condition.wait': (options) => withLock((mutex, lock) => Condition.create().wait(mutex, lock, () => true, options)),
  'condition.waitAsync': (options) => withLock((mutex, lock) => Condition.create().waitAsync(mutex, lock, () => true, options)),
  'sysvSemaphore.acquire': (options) => withSet((set) => set.acquire(1, options)),
  'sysvSemaphore.acquireAsync': (options) => withSet((set) => set.acquireAsync(1, options)),
  'barrier.wait': (options) => Barrier.create({ parties: 1 }).wait(options),
  'barrier.waitAsync': (options) => Barrier.create({ parties: 1 }).waitAsync(options),
  'sysvBarrier.wait': (options) => withBarrier((barrier) => barrier.wait(options)),
  'sysvBarrier.waitAsync': (options) => withBarrier((barrier) => barrier.waitAsync(options)),
}

function done(): Once {
  const once = Once.create()
  once.run(() => {})
  return once
}

function filled(): RingQueue {
  const queue = RingQueue.create({ capacityBytes: 64 })
  queue.push(Uint8Array.of(1))
  return queue
}

async function withLock(wait: (mutex: Mutex, lock: ReturnType<Mutex['lock']>) => unknown): Promise<void> {
  const mutex = Mutex.create()
  const lock = mutex.lock()
  try {
    await wait(mutex, lock)
  } finally {
    lock.unlock()
  }
}

async function withSet(wait: (set: SysvSemaphore) => unknown): Promise<void> {
  const set = SysvSemaphore.create({ values: [1] })
  try {
    await wait(set)
  } finally {
    set.remove()
  }
}

async function withBarrier(wait: (barrier: SysvBarrier) => unknown): Promise<void> {
  const barrier = SysvBarrier.create({ parties: 1 })
  try {
    await wait(barrier)
  } finally {
    barrier.remove()
  }
}

for (const [name, wait] of Object.entries(waits)) {
  test(`${name} refuses those that are none, also where nothing is waited for`, async () => {
    const outcome = async (options: unknown) => {
      try {
        await wait(options as never)
      } catch (error) {
        return String(error)
      }
      return 'accepted'
    }
    assert.is(await outcome({ timeoutMs: 1000 }), 'accepted')
    assert.is(await outcome(undefined), 'accepted')
    for (const options of [null, 5, 'soon', []]) assert.match(await outcome(options), /^TypeError: Expected an object for options/)
    for (const timeoutMs of [null, '5', 5n]) assert.match(await outcome({ timeoutMs }), /^TypeError: Expected a number .* for timeoutMs/)
    for (const timeoutMs of [-1, Number.NaN]) assert.match(await outcome({ timeoutMs }), /^RangeError: Expected a number .* for timeoutMs/)
  })
}

test('an object has no place in the memory of a closed segment, which nobody shares', () => {
  const segment = Segment.create({ kind: 'anonymous', byteLength: 4096 })
  const words = segment.view(Int32Array)
  segment.close()
  assert.throws(
    () => Mutex.create(words, 0),
    ({ code }: { code?: string }) => code === 'SHOAL_SEGMENT_CLOSED',
  )
  assert.ok(Mutex.create(allocate(Int32Array, 1024), 0))
})

test.run()
