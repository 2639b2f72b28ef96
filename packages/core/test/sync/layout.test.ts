import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Barrier, Condition, Latch, Mutex, Once, RingQueue, RwLock, Semaphore, type SharedWords } from '#internal/sync/index.js'
import { watchdog } from '../support/watchdog.js'
import { hasCode } from './support/codes.js'
import { backends, startMember } from './support/member.js'
import { createMemory } from './support/shared-words.js'

watchdog()
const test = suite('objects at a place in memory')
const memory = createMemory()
const { words } = memory
const isUnknown = hasCode('SHOAL_SYNC_UNKNOWN')

interface Kind {
  readonly bytes: number
  create(view: SharedWords, index: number): unknown
  openOrCreate(view: SharedWords, index: number): unknown
  attach(view: SharedWords, index: number): unknown
}

/** Each kind with the options that it needs. */
const kinds: Record<string, Kind> = {
  Barrier: {
    bytes: Barrier.byteLength,
    create: (view, index) => Barrier.create(view, index, { parties: 2 }),
    openOrCreate: (view, index) => Barrier.openOrCreate(view, index, { parties: 2 }),
    attach: Barrier.attach,
  },
  Condition: { bytes: Condition.byteLength, create: Condition.create, openOrCreate: Condition.openOrCreate, attach: Condition.attach },
  Latch: {
    bytes: Latch.byteLength,
    create: (view, index) => Latch.create(view, index, { count: 1 }),
    openOrCreate: (view, index) => Latch.openOrCreate(view, index, { count: 1 }),
    attach: Latch.attach,
  },
  Mutex: { bytes: Mutex.byteLength, create: Mutex.create, openOrCreate: Mutex.openOrCreate, attach: Mutex.attach },
  Once: { bytes: Once.byteLength, create: Once.create, openOrCreate: Once.openOrCreate, attach: Once.attach },
  RingQueue: {
    bytes: RingQueue.byteLengthFor(64),
    create: (view, index) => RingQueue.create(view, index, { capacityBytes: 64 }),
    openOrCreate: (view, index) => RingQueue.openOrCreate(view, index, { capacityBytes: 64 }),
    attach: RingQueue.attach,
  },
  RwLock: { bytes: RwLock.byteLength, create: RwLock.create, openOrCreate: RwLock.openOrCreate, attach: RwLock.attach },
  Semaphore: {
    bytes: Semaphore.byteLength,
    create: (view, index) => Semaphore.create(view, index, { permits: 1 }),
    openOrCreate: (view, index) => Semaphore.openOrCreate(view, index, { permits: 1 }),
    attach: Semaphore.attach,
  },
}

for (const [name, { bytes, create, openOrCreate, attach }] of Object.entries(kinds)) {
  test(`${name}: attach() refuses zeros, other kinds, and versions that it does not know`, () => {
    words.fill(0, 0, 1024)
    assert.throws(() => attach(words, 0), isUnknown)
    create(words, 0)
    attach(words, 0)
    Atomics.add(words, 0, 1)
    assert.throws(() => attach(words, 0), isUnknown)
    assert.throws(() => openOrCreate(words, 0), isUnknown)
    Atomics.sub(words, 0, 1)
    for (const [other, { attach: attachOther }] of Object.entries(kinds)) {
      if (other !== name) assert.throws(() => attachOther(words, 0), isUnknown)
    }
  })

  test(`${name}: attach() refuses a view that ends before the object does`, () => {
    create(words, 0)
    for (let length = 0; length < bytes / 4; length++) assert.throws(() => attach(words.subarray(0, length), 0), RangeError)
    attach(words.subarray(0, bytes / 4), 0)
  })

  test(`${name}: byteLength is the room that it takes, and all that it touches`, () => {
    const end = bytes / 4
    words.fill(-1, 0, 1024)
    create(words, 0)
    assert.ok(words.subarray(end, 1024).every((word) => word === -1))
    create(words.subarray(0, end), 0)
    assert.throws(() => create(words.subarray(0, end - 1), 0), /room for/)
    assert.throws(() => create(words, 1), /multiple of 64 bytes/)
  })

  test(`${name}: openOrCreate() makes it over zeros, and finds it again`, () => {
    words.fill(0, 0, 1024)
    openOrCreate(words, 0)
    const first = words.slice(0, bytes / 4)
    openOrCreate(words, 0)
    assert.equal(words.slice(0, bytes / 4), first)
  })
}

for (const backend of backends) {
  test(`${backend} that open many objects at the same moment initialise each once`, async () => {
    const places = 300
    words.fill(0)
    const members = [0, 1].map(() => startMember(backend, memory, 'openAndTake', 2, places))
    const taken = (await Promise.all(members.map((member) => member.next()))) as number[]
    assert.is(
      taken.reduce((a, b) => a + b),
      2 * places,
    )
    await Promise.all(members.map((member) => member.ended))
  })
}

test('options that are missing are asked for in a sentence', () => {
  for (const kind of [Barrier, Latch, RingQueue, Semaphore] as readonly { create(options?: unknown): unknown }[]) {
    for (const options of [undefined, null])
      assert.throws(() => kind.create(options), /^Expected an (object|integer from 1 to 4095) for (options|parties) but/)
  }
})

test.run()
