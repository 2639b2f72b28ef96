import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RingQueue } from '#internal/sync/index.js'
import { watchdog } from '../support/watchdog.js'
import { recordOf } from './fixtures/roles.js'
import { hasCode, rejection } from './support/codes.js'
import { backends, startMember } from './support/member.js'
import { createMemory, until } from './support/shared-words.js'

watchdog()
const test = suite('RingQueue')
const memory = createMemory()
const { words } = memory

/** Words of the queue at word 0: the producers' mutex, what they have published, and who sleeps until there is room. */
const producers = 16
const tail = 48
const freedSleepers = 67

function sumUp(counts: number[][]): number[] {
  return (counts[0] ?? []).map((_, rank) => counts.reduce((sum, each) => sum + (each[rank] ?? 0), 0))
}

for (const backend of backends) {
  for (const [producers, consumers] of [
    [1, 1],
    [3, 2],
  ] as const) {
    test(`${producers} to ${consumers} ${backend}: every record comes out once, whole, in its producer's order`, async () => {
      const queue = RingQueue.create(words, 0, { capacityBytes: 1024 })
      const takers = Array.from({ length: consumers }, () => startMember(backend, memory, 'consume', producers))
      const makers = Array.from({ length: producers }, (_, rank) => startMember(backend, memory, 'produce', rank, 2_000))
      await Promise.all(makers.map((member) => member.ended))
      queue.end()
      const counts = (await Promise.all(takers.map((member) => member.next()))) as number[][]
      assert.equal(sumUp(counts), new Array(producers).fill(2_000))
      await Promise.all(takers.map((member) => member.ended))
    })
  }

  test(`a producer and a consumer among ${backend} that are killed lose no record that the others push and pop`, async () => {
    const queue = RingQueue.create(words, 0, { capacityBytes: 512 })
    const doomed = startMember(backend, memory, 'produce', 0, 1_000_000)
    const taker = startMember(backend, memory, 'consume', 2)
    const tail = () => words[48] ?? 0
    await until(() => tail() > 100_000)
    await doomed.kill()
    const maker = startMember(backend, memory, 'produce', 1, 3_000)
    await maker.ended
    queue.end()
    const [, kept] = (await taker.next()) as number[]
    assert.is(kept, 3_000)
    await taker.ended
  })
}

test('records of all lengths survive the wrap, through popInto() and pop()', () => {
  const queue = RingQueue.create({ capacityBytes: 192 })
  const target = new Uint8Array(256)
  for (let number = 0; number < 500; number++) {
    const record = recordOf(1, number)
    queue.push(record)
    queue.push(record)
    assert.equal(target.subarray(0, queue.popInto(target)), record)
    assert.equal(queue.pop(), record)
  }
  queue.push(new Uint8Array(0))
  assert.is(queue.popInto(target), 0)
})

test('a full queue takes nothing, an empty one gives nothing', () => {
  const queue = RingQueue.create({ capacityBytes: 64 })
  assert.is(queue.tryPop(), undefined)
  assert.throws(() => queue.pop({ timeoutMs: 1 }), hasCode('SHOAL_QUEUE_TIMEOUT'))
  assert.throws(() => queue.popInto(new Uint8Array(1), { timeoutMs: 60 }), hasCode('SHOAL_QUEUE_TIMEOUT'))
  assert.is(queue.tryPush(new Uint8Array(40)), true)
  assert.is(queue.tryPush(new Uint8Array(16)), false)
  assert.throws(() => queue.push(new Uint8Array(16), { timeoutMs: 1 }), hasCode('SHOAL_QUEUE_TIMEOUT'))
  assert.throws(() => queue.push(new Uint8Array(57)), RangeError)
  assert.throws(() => queue.popInto(new Uint8Array(39)), RangeError)
  assert.is(queue.pop()?.length, 40)
  assert.throws(() => queue.push('text' as never), TypeError)
})

test('push() that is woken for too little room waits its whole time', async () => {
  const queue = RingQueue.create(words, 0, { capacityBytes: 64 })
  queue.push(new Uint8Array(24))
  queue.push(new Uint8Array(24))
  const member = startMember('threads', memory, 'tease', 'pop', freedSleepers)
  await member.next()
  const start = performance.now()
  assert.throws(() => queue.push(new Uint8Array(56), { timeoutMs: 1000 }), hasCode('SHOAL_QUEUE_TIMEOUT'))
  assert.ok(performance.now() - start >= 1000)
  await member.ended
})

for (const backend of backends) {
  test(`a push of one of the ${backend} that end() comes in the middle of is popped before the queue tells of the end`, async () => {
    for (let round = 0; round < 5; round++) {
      const queue = RingQueue.create(words, 0, { capacityBytes: 768 * 1024 })
      const consumer = startMember(backend, memory, 'countRecords')
      await consumer.next()
      const producer = startMember(backend, memory, 'pushLong', 512 * 1024)
      await producer.next()
      // In its turn or, where this thread was not running meanwhile, through with it.
      while (Atomics.load(words, producers) === 0 && Atomics.load(words, tail) === 0);
      queue.end()
      const pushed = await producer.next()
      assert.is(await consumer.next(), pushed ? 1 : 0)
      assert.is(queue.tryPop(), undefined)
      await Promise.all([producer.ended, consumer.ended])
    }
  })
}

test('a record that is longer than any before comes out whole', () => {
  const queue = RingQueue.create({ capacityBytes: 8192 })
  const record = Uint8Array.from({ length: 5_000 }, (_, i) => i)
  queue.push(record)
  assert.equal(queue.pop(), record)
})

test('an ended queue gives what is there, then nothing, and takes nothing', async () => {
  const queue = RingQueue.create({ capacityBytes: 64 })
  queue.push(Uint8Array.of(1))
  queue.end()
  assert.throws(() => queue.push(Uint8Array.of(2)), hasCode('SHOAL_QUEUE_ENDED'))
  assert.equal(queue.pop(), Uint8Array.of(1))
  assert.is(queue.pop(), undefined)
  assert.is(await queue.popAsync(), undefined)
  assert.is(queue.popInto(new Uint8Array(8)), -1)
})

test('the async ends wait for each other', async () => {
  const queue = RingQueue.create({ capacityBytes: 64 })
  const popping = queue.popAsync()
  await queue.pushAsync(Uint8Array.of(1))
  assert.equal(await popping, Uint8Array.of(1))
  queue.push(new Uint8Array(56))
  const pushing = queue.pushAsync(new Uint8Array(56).fill(2))
  assert.equal(queue.pop(), new Uint8Array(56))
  await pushing
  assert.equal(queue.pop(), new Uint8Array(56).fill(2))
  assert.ok(hasCode('SHOAL_QUEUE_TIMEOUT')(await rejection(queue.popAsync({ timeoutMs: 1 }))))
  assert.is(await rejection(queue.popAsync({ signal: AbortSignal.abort('enough') })), 'enough')
})

test('records that are popped at the same time do not mix', async () => {
  const queue = RingQueue.create({ capacityBytes: 1024 })
  const popping = Array.from({ length: 5 }, () => queue.popAsync())
  for (let i = 0; i < 5; i++) queue.push(Uint8Array.of(i, i, i))
  const records = (await Promise.all(popping)).map((record) => [...(record ?? [])])
  assert.equal(
    records.sort(),
    [0, 1, 2, 3, 4].map((i) => [i, i, i]),
  )
})

test('a queue whose counters were overwritten is refused, not read', () => {
  const queue = RingQueue.create(words, 0, { capacityBytes: 128 })
  queue.push(Uint8Array.of(1))
  words[80] = 1_000_000
  assert.throws(() => queue.pop(), hasCode('SHOAL_QUEUE_DAMAGED'))
  words[2] = 1 << 29
  assert.throws(() => queue.tryPush(Uint8Array.of(1)), TypeError)
})

test.run()
