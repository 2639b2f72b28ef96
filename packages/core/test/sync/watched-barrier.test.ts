import { getEventListeners } from 'node:events'
import { readdirSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { collectGarbage } from '#internal/memory/index.js'
import { Barrier } from '#internal/sync/index.js'
import { watchdog } from '../support/watchdog.js'
import { hasCode, rejection } from './support/codes.js'
import { backends, startMember, startProcess } from './support/member.js'
import { createMemory, until } from './support/shared-words.js'

watchdog()
const test = suite('Barrier that watches its members')
const memory = createMemory()
const { words } = memory
const isBroken = hasCode('SHOAL_BARRIER_BROKEN')

function watched(parties: number): Barrier {
  return Barrier.create(words, 0, { parties, watch: true })
}

for (const backend of backends) {
  test(`a member among ${backend} that leaves without detach() counts as dead`, async () => {
    const barrier = watched(2)
    const member = startMember(backend, memory, 'waitOnce')
    barrier.wait()
    await member.ended
    assert.throws(() => barrier.wait(), isBroken)
  })

  test(`waitAsync() throws when one of the ${backend} dies`, async () => {
    const barrier = watched(2)
    const member = startMember(backend, memory, 'comeOnce')
    await barrier.waitAsync()
    await member.next()
    const failure = rejection(barrier.waitAsync())
    await member.kill()
    assert.ok(isBroken(await failure))
    assert.is(barrier.broken?.reason, 'death')
  })
}

for (const backend of backends) {
  test(`a death among ${backend} that belonged to a barrier at the same place before is seen`, async () => {
    words.fill(0, 8000, 8192)
    const members = [1, 2].map((rank) => startMember(backend, memory, 'meetAgain', rank))
    await Promise.all(members.map((member) => member.next()))
    for (const round of [1, 2]) {
      const barrier = watched(3)
      Atomics.store(words, 8000, round)
      await barrier.waitAsync()
      await Promise.all(members.map((member) => member.next()))
    }
    await members[0]?.kill()
    assert.throws(() => Barrier.attach(words).wait(), isBroken)
    assert.is(Barrier.attach(words).broken?.reason, 'death')
    await members[1]?.kill()
  })
}

test('barriers that were dropped leave no descriptor behind, detached or not', async () => {
  const descriptors = () => readdirSync('/proc/self/fd').length
  const before = descriptors()
  for (const leave of [false, true]) {
    for (let i = 0; i < 200; i++) {
      const barrier = Barrier.create({ parties: 1 })
      barrier.wait()
      if (leave) barrier.detach()
    }
    await until(() => {
      collectGarbage()
      return descriptors() <= before + 5
    })
  }
})

test('a stopped member is waited for', async () => {
  const barrier = watched(2)
  const member = startProcess(memory, { role: 'comeOnce', args: [] })
  barrier.wait()
  await member.next()
  member.child.kill('SIGSTOP')
  assert.throws(() => barrier.wait({ timeoutMs: 120 }), isBroken)
  assert.is(barrier.broken?.reason, 'timeout')
  member.child.kill('SIGCONT')
  await member.kill()
})

test('detach() frees the slot: the thread may end', async () => {
  const barrier = Barrier.create({ parties: 2 })
  barrier.detach()
  assert.is(barrier.wait(), true)
  barrier.detach()
  assert.is(barrier.parties, 0)
})

test('an aborted or timed out waitAsync() breaks it, with no listener left', async () => {
  const barrier = Barrier.create({ parties: 2 })
  const controller = new AbortController()
  const waiting = barrier.waitAsync({ signal: controller.signal })
  controller.abort('enough')
  assert.is(await rejection(waiting), 'enough')
  assert.is(getEventListeners(controller.signal, 'abort').length, 0)
  assert.equal(barrier.broken, { rank: 0, reason: 'cancelled' })
  barrier.reset()
  assert.ok(isBroken(await rejection(barrier.waitAsync({ timeoutMs: 1 }))))
  assert.equal(barrier.broken, { rank: 0, reason: 'timeout' })
})

test('waitAsync() of both parties in one thread passes', async () => {
  const barrier = Barrier.create({ parties: 2 })
  assert.equal((await Promise.all([barrier.waitAsync(), barrier.waitAsync()])).sort(), [false, true])
})

test('openOrCreate() refuses other options', () => {
  words.fill(0, 0, 256)
  Barrier.openOrCreate(words, 0, { parties: 2, watch: true })
  Barrier.openOrCreate(words, 0, { parties: 2, watch: true })
  assert.throws(() => Barrier.openOrCreate(words, 0, { parties: 3, watch: true }), hasCode('SHOAL_SYNC_MISMATCH'))
  assert.throws(() => Barrier.openOrCreate(words, 0, { parties: 2 }), hasCode('SHOAL_SYNC_MISMATCH'))
})

test('a slot is taken by one thread once', async () => {
  const barrier = watched(2)
  const member = startMember('threads', memory, 'comeOnce')
  await until(() => (words[2] ?? 0) >>> 12 === 1)
  Barrier.attach(words).wait()
  const again = Barrier.attach(words)
  assert.throws(() => again.wait({ timeoutMs: 1 }), isBroken)
  assert.ok([0, 1].includes(barrier.broken?.rank ?? -1))
  await member.kill()
})

test.run()
