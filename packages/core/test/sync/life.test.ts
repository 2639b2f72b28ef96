import { kLifeBytes, lifeAlive, lifeEnter, lifeReset } from '@shoal/native'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'
import { backends, startMember, startProcess } from './support/member.js'
import { createMemory, until } from './support/shared-words.js'

watchdog()
const test = suite('life')
const memory = createMemory()
const { words } = memory
let next = 1024

function place(): number {
  next += kLifeBytes / 4
  return next
}

for (const backend of backends) {
  for (const end of ['return', 'throw', 'exit'] as const) {
    test(`one of the ${backend} is alive until it ends by ${end}`, async () => {
      const index = place()
      assert.is(lifeAlive(words, index), false)
      const member = startMember(backend, memory, 'live', index, end)
      // The error of a thread may overtake its message.
      await member.next().catch(() => {})
      await member.ended
      await until(() => !lifeAlive(words, index))
    })
  }

  for (const state of ['spin', 'sleep'] as const) {
    test(`one of the ${backend} that is killed in its ${state} is seen dead, by every observer`, async () => {
      const index = place()
      const member = startMember(backend, memory, 'live', index, state)
      await member.next()
      assert.is(lifeAlive(words, index), true)
      await member.kill()
      for (let observer = 0; observer < 3; observer++) assert.is(lifeAlive(words, index), false)
    })
  }
}

test('a process that nobody has reaped is dead', async () => {
  const index = place()
  const member = startMember('processes', memory, 'live', index, 'sleep')
  await member.next()
  process.kill(member.pid, 'SIGKILL')
  // The loop does not turn here, so the child stays a zombie.
  while (lifeAlive(words, index));
  process.kill(member.pid, 0)
  await member.ended
})

test('a stopped process is alive', async () => {
  const index = place()
  const member = startProcess(memory, { role: 'live', args: [index, 'sleep'] })
  await member.next()
  member.child.kill('SIGSTOP')
  assert.is(lifeAlive(words, index), true)
  member.child.kill('SIGCONT')
  await member.kill()
})

test('a word in use can be neither entered nor reset; that of a dead thread can be reset and entered again', async () => {
  const index = place()
  const member = startMember('threads', memory, 'live', index, 'sleep')
  await member.next()
  assert.throws(
    () => lifeEnter(words, index),
    (error: { code: string }) => error.code === 'EBUSY',
  )
  assert.throws(
    () => lifeReset(words, index),
    (error: { code: string }) => error.code === 'EBUSY',
  )
  await member.kill()
  lifeReset(words, index)
  assert.equal([...words.subarray(index, index + kLifeBytes / 4)], new Array(kLifeBytes / 4).fill(0))
  const second = startMember('processes', memory, 'live', index, 'sleep')
  await second.next()
  assert.is(lifeAlive(words, index), true)
  await second.kill()
})

test('a place without room for the word is refused', () => {
  assert.throws(() => lifeEnter(words, words.length - 4), TypeError)
  assert.throws(() => lifeEnter(words, 1025), TypeError)
})

test.run()
