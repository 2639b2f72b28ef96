import { futexWait, waitWhile } from '@shoal/native'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'
import { backends, startMember } from './support/member.js'
import { createMemory } from './support/shared-words.js'

watchdog()
const test = suite('futex')
const memory = createMemory()

for (const backend of backends) {
  test(`a sleeper among ${backend} is woken by another of them`, async () => {
    memory.words[16] = 0
    const sleeper = startMember(backend, memory, 'sleepOn', 16)
    assert.is(await sleeper.next(), 'sleeping')
    const waker = startMember(backend, memory, 'wake', 16)
    assert.is(await sleeper.next(), 1)
    await Promise.all([sleeper.ended, waker.ended])
  })

  test(`a sleeper among ${backend} can be ended from outside`, async () => {
    memory.words[16] = 0
    const sleeper = startMember(backend, memory, 'sleepOn', 16)
    await sleeper.next()
    await sleeper.kill()
  })
}

test('a word that differs already is told at once', () => {
  assert.is(futexWait(memory.words, 32, 7, 1e9), 1)
  assert.is(waitWhile(memory.words, 32, 7, 1e12, 1e9), true)
})

test('a slice without a wake times out', () => {
  const start = performance.now()
  assert.is(futexWait(memory.words, 32, 0, 20), 2)
  assert.ok(performance.now() - start >= 19)
  assert.is(waitWhile(memory.words, 32, 0, 1_000, 1), false)
})

test('a wait without end is one slice', () => {
  assert.is(futexWait(memory.words, 32, 0, Number.POSITIVE_INFINITY), 2)
})

test('a place outside the view is refused', () => {
  for (const index of [-1, memory.words.length, 2 ** 60]) assert.throws(() => futexWait(memory.words, index, 0, 0), TypeError)
  assert.throws(() => futexWait(new Uint8Array(64) as never, 0, 0, 0), TypeError)
  assert.throws(() => (futexWait as unknown as () => void)(), TypeError)
})

test.run()
