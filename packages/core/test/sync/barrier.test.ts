import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Barrier, type SharedWords } from '#internal/sync/index.js'
import { watchdog } from '../support/watchdog.js'
import { createMemory } from './support/shared-words.js'

watchdog()
const test = suite('Barrier')
const memory = createMemory()
const { words } = memory

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
