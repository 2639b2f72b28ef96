import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Barrier, SysvBarrier } from '#internal/sync/index.js'
import { hasCode, rejection } from '../support/codes.js'
import { type Backend, startMember } from '../support/member.js'
import { createMemory, until } from '../support/shared-words.js'

const isBroken = hasCode('SHOAL_BARRIER_BROKEN')
const progress = 2048

/** One way of making barriers. */
export interface BarrierMaker {
  readonly name: string
  /** Who the parties may be. */
  readonly backends: readonly Backend[]
  /** A barrier that members find by the words at the start of the memory. */
  create(words: Int32Array<SharedArrayBuffer>, parties: number): Barrier | SysvBarrier
  /** How many have come to the present phase. */
  arrived(words: Int32Array<SharedArrayBuffer>, barrier: Barrier | SysvBarrier): number
  dispose(barrier: Barrier | SysvBarrier): void
}

/** What every barrier promises, whatever it is made of. */
export function barrierSuite({ name, backends, create, arrived, dispose }: BarrierMaker): void {
  const test = suite(name)
  const memory = createMemory()
  const { words } = memory

  async function withBarrier(parties: number, action: (barrier: Barrier | SysvBarrier, arrival: () => Promise<void>) => Promise<void>) {
    words.fill(0, 0, progress + 64)
    const barrier = create(words, parties)
    try {
      await action(barrier, () => until(() => arrived(words, barrier) === 1))
    } finally {
      dispose(barrier)
    }
  }

  for (const backend of backends) {
    for (const parties of [1, 2, 5]) {
      test(`${parties} ${backend} pass 200 phases together, one elected each`, () =>
        withBarrier(parties, async () => {
          const members = Array.from({ length: parties }, (_, rank) => startMember(backend, memory, 'meet', rank, 200, progress))
          const elected = (await Promise.all(members.map((member) => member.next()))) as number[]
          assert.is(
            elected.reduce((a, b) => a + b),
            200,
          )
          await Promise.all(members.map((member) => member.ended))
        }))
    }

    test(`a time-out among ${backend} breaks it for all, with the reason`, () =>
      withBarrier(3, async (barrier, arrival) => {
        const patient = startMember(backend, memory, 'waitOnce')
        await arrival()
        const hasty = startMember(backend, memory, 'waitOnce', 5)
        for (const member of [patient, hasty]) {
          assert.is(await member.next(), 'waiting')
          const outcome = (await member.next()) as { code: string; broken: { reason: string } }
          assert.is(outcome.code, 'SHOAL_BARRIER_BROKEN')
          assert.is(outcome.broken.reason, 'timeout')
        }
        assert.throws(() => barrier.wait(), isBroken)
        await Promise.all([patient.ended, hasty.ended])
      }))

    test(`a waiter among ${backend} can be ended from outside`, () =>
      withBarrier(2, async (_, arrival) => {
        const member = startMember(backend, memory, 'waitOnce')
        await arrival()
        await member.kill()
      }))

    test(`the death of one of the ${backend} between two phases breaks it for the others`, () =>
      withBarrier(2, async (barrier) => {
        const member = startMember(backend, memory, 'comeOnce')
        barrier.wait()
        await member.next()
        await member.kill()
        assert.throws(() => barrier.wait(), isBroken)
        assert.is(barrier.broken?.reason, 'death')
        barrier.reset()
        const successor = startMember(backend, memory, 'comeOnce')
        barrier.wait()
        await successor.kill()
      }))

    test(`break() ends the wait of ${backend} and names the rank, reset() makes it whole`, () =>
      withBarrier(2, async (barrier, arrival) => {
        const member = startMember(backend, memory, 'waitOnce')
        await arrival()
        assert.is(barrier.break(7, 'failure'), true)
        assert.is(barrier.break(8, 'cancelled'), false)
        await member.next()
        assert.equal(await member.next(), { code: 'SHOAL_BARRIER_BROKEN', broken: { rank: 7, reason: 'failure' } })
        await member.ended
        barrier.reset()
        assert.is(barrier.broken, undefined)
        assert.is(barrier.parties, 2)
      }))

    test(`reset() under ${backend} that wait tells them`, () =>
      withBarrier(2, async (barrier, arrival) => {
        const member = startMember(backend, memory, 'waitOnce')
        await arrival()
        barrier.reset()
        await member.next()
        assert.equal(await member.next(), { code: 'SHOAL_BARRIER_BROKEN', broken: null })
        await member.ended
      }))

    test(`detach() releases ${backend} that waited for the one who goes`, () =>
      withBarrier(2, async (barrier, arrival) => {
        const member = startMember(backend, memory, 'waitOnce')
        await arrival()
        barrier.detach()
        await member.next()
        assert.equal(await member.next(), { elected: false })
        assert.is(barrier.parties, 1)
        await member.ended
      }))

    test(`waitAsync() passes with ${backend}, phase after phase`, () =>
      withBarrier(2, async (barrier) => {
        const member = startMember(backend, memory, 'meet', 1, 50, progress)
        let elected = 0
        for (let phase = 1; phase <= 50; phase++) {
          words[progress] = phase
          if (await barrier.waitAsync()) elected++
          assert.ok((words[progress + 1] ?? 0) >= phase)
        }
        assert.is(((await member.next()) as number) + elected, 50)
        await member.ended
      }))
  }

  test('one that breaks it and goes releases nobody', () =>
    withBarrier(3, async (barrier, arrival) => {
      const member = startMember('processes', memory, 'waitOnce')
      await arrival()
      assert.throws(() => barrier.wait({ timeoutMs: 1 }), isBroken)
      barrier.detach()
      assert.is(await member.next(), 'waiting')
      assert.is(((await member.next()) as { code?: string }).code, 'SHOAL_BARRIER_BROKEN')
      await member.ended
      barrier.reset()
      assert.is(barrier.parties, 2)
      assert.equal((await Promise.all([barrier.waitAsync(), barrier.waitAsync()])).sort(), [false, true])
    }))

  test('one without parties keeps nobody', () =>
    withBarrier(1, async (barrier) => {
      barrier.detach()
      assert.is(barrier.parties, 0)
      assert.is(barrier.wait({ timeoutMs: 1_000 }), true)
    }))

  test('an aborted or timed out waitAsync() breaks it', () =>
    withBarrier(2, async (barrier) => {
      const controller = new AbortController()
      const waiting = barrier.waitAsync({ signal: controller.signal })
      controller.abort('enough')
      assert.is(await rejection(waiting), 'enough')
      assert.is(barrier.broken?.reason, 'cancelled')
      barrier.reset()
      assert.ok(isBroken(await rejection(barrier.waitAsync({ timeoutMs: 1 }))))
      assert.is(barrier.broken?.reason, 'timeout')
    }))

  test.run()
}
