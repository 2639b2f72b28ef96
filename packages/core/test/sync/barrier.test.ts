import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Barrier, type SharedWords } from '#internal/sync/index.js'
import { watchdog } from '../support/watchdog.js'
import { backends, startMember } from './support/member.js'
import { createMemory, until } from './support/shared-words.js'

watchdog()
const test = suite('Barrier')
const memory = createMemory()
const { words } = memory
const progress = 64

/** How many have come to the present phase: the count in the lower half of the state. */
function arrived(): number {
  return ((words[2] ?? 0) >>> 12) & 0xfff
}

function isBroken(error: { code?: string }): boolean {
  return error.code === 'SHOAL_BARRIER_BROKEN'
}

for (const backend of backends) {
  for (const parties of [1, 2, 3, 5]) {
    test(`${parties} ${backend} pass 300 phases together, one elected each`, async () => {
      Barrier.create(words, 0, { parties })
      words.fill(0, progress, progress + parties)
      const members = Array.from({ length: parties }, (_, rank) => startMember(backend, memory, 'meet', rank, 300, progress))
      const elected = (await Promise.all(members.map((member) => member.next()))) as number[]
      assert.is(
        elected.reduce((a, b) => a + b),
        300,
      )
      await Promise.all(members.map((member) => member.ended))
    })
  }

  test(`a time-out among ${backend} breaks it for all, with the reason`, async () => {
    const barrier = Barrier.create(words, 0, { parties: 3 })
    const patient = startMember(backend, memory, 'waitOnce')
    await until(() => arrived() === 1)
    const hasty = startMember(backend, memory, 'waitOnce', 5)
    for (const member of [patient, hasty]) {
      assert.is(await member.next(), 'waiting')
      assert.equal(await member.next(), { code: 'SHOAL_BARRIER_BROKEN', broken: { rank: -1, reason: 'timeout' } })
    }
    assert.throws(() => barrier.wait(), isBroken)
    await Promise.all([patient.ended, hasty.ended])
  })

  test(`a waiter among ${backend} can be ended from outside`, async () => {
    Barrier.create(words, 0, { parties: 2 })
    const member = startMember(backend, memory, 'waitOnce')
    await until(() => arrived() === 1)
    await member.kill()
  })

  test(`break() ends the wait of ${backend} and names the rank, reset() makes it whole`, async () => {
    const barrier = Barrier.create(words, 0, { parties: 2 })
    const member = startMember(backend, memory, 'waitOnce')
    await until(() => arrived() === 1)
    assert.is(barrier.break(7, 'death'), true)
    assert.is(barrier.break(8, 'failure'), false)
    await member.next()
    assert.equal(await member.next(), { code: 'SHOAL_BARRIER_BROKEN', broken: { rank: 7, reason: 'death' } })
    await member.ended
    barrier.reset()
    assert.is(barrier.broken, undefined)
    assert.is(barrier.parties, 2)
    const again = startMember(backend, memory, 'waitOnce')
    await until(() => arrived() === 1)
    assert.is(barrier.wait(), true)
    await again.next()
    assert.equal(await again.next(), { elected: false })
    await again.ended
  })

  test(`reset() under ${backend} that wait tells them`, async () => {
    const barrier = Barrier.create(words, 0, { parties: 2 })
    const member = startMember(backend, memory, 'waitOnce')
    await until(() => arrived() === 1)
    barrier.reset()
    await member.next()
    assert.equal(await member.next(), { code: 'SHOAL_BARRIER_BROKEN', broken: null })
    await member.ended
  })

  test(`detach() releases ${backend} that waited for the one who goes`, async () => {
    const barrier = Barrier.create(words, 0, { parties: 2 })
    const member = startMember(backend, memory, 'waitOnce')
    await until(() => arrived() === 1)
    barrier.detach()
    await member.next()
    assert.equal(await member.next(), { elected: false })
    assert.is(barrier.parties, 1)
    await member.ended
  })
}

test('what the guard throws comes out, and the barrier is broken', () => {
  const barrier = Barrier.create(words, 0, { parties: 2 })
  let slices = 0
  const guard = () => {
    if (++slices === 3) throw new Error('cancelled')
  }
  assert.throws(() => barrier.waitGuarded(guard, 10_000, 4), 'cancelled')
  assert.equal(barrier.broken, { rank: 4, reason: 'cancelled' })
})

test('a guard that throws before the arrival breaks it as well', () => {
  const barrier = Barrier.create(words, 0, { parties: 1 })
  assert.throws(() => {
    barrier.waitGuarded(() => {
      throw new Error('cancelled')
    })
  }, 'cancelled')
  assert.equal(barrier.broken, { rank: -1, reason: 'cancelled' })
})

test('attach() refuses what is no barrier', () => {
  words.fill(0, 0, 16)
  const isUnknown = (error: { code?: string }) => error.code === 'SHOAL_SYNC_UNKNOWN'
  assert.throws(() => Barrier.attach(words, 0), isUnknown)
  Barrier.create(words, 0, { parties: 1 })
  Barrier.attach(words)
  Atomics.add(words, 0, 1)
  assert.throws(() => Barrier.attach(words, 0), isUnknown)
})

test('misuse is refused in a sentence', () => {
  assert.throws(() => Barrier.create(words, 1, { parties: 1 }), /multiple of 64 bytes/)
  assert.throws(() => Barrier.create(words.subarray(0, 8), 0, { parties: 1 }), /room for 64 bytes/)
  assert.throws(() => Barrier.create(words, 0, { parties: 0 }), /from 1 to 4095/)
  assert.throws(() => Barrier.create(new Int32Array(64) as unknown as SharedWords, 0, { parties: 1 }), TypeError)
  assert.throws(() => Barrier.create(words, 0, { parties: 1 }).wait({ timeoutMs: -1 }), RangeError)
})

test.run()
