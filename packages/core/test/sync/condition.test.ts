import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Condition, Mutex } from '#internal/sync/index.js'
import { watchdog } from '../support/watchdog.js'
import { hasCode, rejection } from './support/codes.js'
import { backends, startMember } from './support/member.js'
import { createMemory, until } from './support/shared-words.js'

watchdog()
const test = suite('Condition')
const memory = createMemory()
const { words } = memory
/** The word where sleepers are counted. */
const sleepers = 19

function scene(): { mutex: Mutex; condition: Condition } {
  words[64] = 0
  return { mutex: Mutex.create(words, 0), condition: Condition.create(words, 16) }
}

for (const backend of backends) {
  test(`three ${backend} take turns`, async () => {
    scene()
    const members = [0, 1, 2].map((rank) => startMember(backend, memory, 'takeTurns', rank, 3, 300))
    await Promise.all(members.map((member) => member.ended))
    assert.is(words[64], 0)
  })

  test(`one of the ${backend} that was woken and killed is not needed by the next`, async () => {
    const { mutex, condition } = scene()
    const members = [0, 1].map(() => startMember(backend, memory, 'take'))
    await until(() => words[sleepers] === 2)
    await members[0]?.kill()
    mutex.withLock(() => {
      words[64] = 1
      condition.notifyOne()
    })
    await members[1]?.next()
    assert.is(await members[1]?.next(), 'taken')
    await members[1]?.ended
  })

  test(`waitAsync() sees what one of the ${backend} takes`, async () => {
    const { mutex, condition } = scene()
    words[64] = 1
    const lock = await mutex.lockAsync()
    const waiting = condition.waitAsync(mutex, lock, () => words[64] === 0)
    const member = startMember(backend, memory, 'take')
    await waiting
    lock.unlock()
    await member.ended
  })
}

test('a time-out comes with the mutex held', async () => {
  const { mutex, condition } = scene()
  const lock = mutex.lock()
  const never = () => false
  assert.throws(() => condition.wait(mutex, lock, never, { timeoutMs: 5 }), hasCode('SHOAL_CONDITION_TIMEOUT'))
  assert.ok(hasCode('SHOAL_CONDITION_TIMEOUT')(await rejection(condition.waitAsync(mutex, lock, never, { timeoutMs: 5 }))))
  const controller = new AbortController()
  const waiting = condition.waitAsync(mutex, lock, never, { signal: controller.signal })
  controller.abort('enough')
  assert.is(await rejection(waiting), 'enough')
  assert.throws(() => mutex.lock(), hasCode('SHOAL_MUTEX_DEADLOCK'))
  lock.unlock()
  assert.is(words[sleepers], 0)
  assert.throws(() => condition.wait(mutex, lock, never), hasCode('SHOAL_MUTEX_NOT_HELD'))
})

test.run()
