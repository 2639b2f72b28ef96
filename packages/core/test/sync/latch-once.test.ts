import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { attachByKind, kindOf, Latch, Once } from '#internal/sync/index.js'
import { watchdog } from '../support/watchdog.js'
import { hasCode, rejection } from './support/codes.js'
import { backends, startMember } from './support/member.js'
import { createMemory, until } from './support/shared-words.js'

watchdog()
const test = suite('Latch and Once')
const memory = createMemory()
const { words } = memory

for (const backend of backends) {
  test(`a latch opens for all ${backend} when it has been counted down, and stays open`, async () => {
    const latch = Latch.create(words, 0, { count: 3 })
    const waiting = [0, 1].map(() => startMember(backend, memory, 'passLatch'))
    await until(() => words[3] === 2)
    const passing = latch.waitAsync()
    const counters = [1, 2].map((n) => startMember(backend, memory, 'countDown', n))
    await passing
    for (const member of waiting) {
      await member.next()
      assert.is(await member.next(), 'passed')
    }
    latch.countDown()
    latch.wait()
    assert.is(latch.count, 0)
    await Promise.all([...waiting, ...counters].map((member) => member.ended))
  })

  test(`of several ${backend} one runs it`, async () => {
    words.fill(0, 0, 129)
    const members = [0, 1, 2].map(() => startMember(backend, memory, 'runOnce', false))
    const ran = await Promise.all(members.map((member) => member.next()))
    assert.equal(ran.filter(Boolean), [true])
    assert.is(words[128], 1)
    await Promise.all(members.map((member) => member.ended))
  })

  test(`when the one of the ${backend} that runs it is killed, the next runs it again`, async () => {
    words.fill(0, 0, 129)
    const doomed = startMember(backend, memory, 'runOnce', true)
    await doomed.next()
    await doomed.kill()
    assert.is(
      Once.attach(words).run(() => {}),
      true,
    )
    assert.is(Once.attach(words).done, true)
  })
}

test('a latch times out, and starts open with count 0', async () => {
  const latch = Latch.create({ count: 1 })
  assert.throws(() => latch.wait({ timeoutMs: 1 }), hasCode('SHOAL_LATCH_TIMEOUT'))
  assert.ok(hasCode('SHOAL_LATCH_TIMEOUT')(await rejection(latch.waitAsync({ timeoutMs: 1 }))))
  latch.countDown(5)
  latch.wait()
  Latch.create({ count: 0 }).wait()
  assert.throws(() => latch.countDown(0), RangeError)
})

test('what throws has not been done', () => {
  const once = Once.create()
  assert.throws(() =>
    once.run(() => {
      throw new Error('not yet')
    }),
  )
  assert.is(
    once.run(() => {}),
    true,
  )
  assert.is(
    once.run(() => {}),
    false,
  )
})

test('run() refuses what is asynchronous: it would not be done when the others are told so', () => {
  const once = Once.create()
  assert.throws(() => once.run(async () => {}), TypeError)
  assert.is(once.done, false)
  assert.is(
    once.run(() => {}),
    true,
  )
})

test('runAsync() is done once among several, and again after one that failed', async () => {
  const once = Once.create()
  const failing = once.runAsync(async () => {
    await new Promise((resolve) => setImmediate(resolve))
    throw new Error('not yet')
  })
  let runs = 0
  const others = [1, 2].map(() =>
    once.runAsync(async () => {
      await new Promise((resolve) => setImmediate(resolve))
      runs++
    }),
  )
  assert.match(String(await rejection(failing)), /not yet/)
  assert.equal((await Promise.all(others)).sort(), [false, true])
  assert.is(runs, 1)
  assert.is(await once.runAsync(() => {}), false)
})

test('an object is found again by its kind and place', () => {
  const latch = Latch.create(words, 16, { count: 7 })
  const other = attachByKind(kindOf(latch), latch.view, latch.index)
  assert.instance(other, Latch)
  assert.is((other as Latch).count, 7)
})

test.run()
