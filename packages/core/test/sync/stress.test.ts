import { futexWake } from '@shoal/native'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Barrier, Mutex, RingQueue, Semaphore, SysvBarrier } from '#internal/sync/index.js'
import { watchdog } from '../support/watchdog.js'
import { handOverSum, stress } from './fixtures/roles.js'
import { type Backend, backends, type Member, startMember } from './support/member.js'
import { createMemory, until } from './support/shared-words.js'

// The short form; SHOAL_STRESS_KILLS=1000 SHOAL_STRESS_PHASES=1000000 is the long one. There are as many hand-overs and as many records
// as phases; the kills are those of all six tests that kill.
// In CI there are as many kills as ten seconds a test allow, and 1,000 at most.
const inCi = process.env.CI !== undefined
const phases = Number(process.env.SHOAL_STRESS_PHASES ?? (inCi ? 100_000 : 1_000))
const fewestKills = 3
const kills = Math.ceil(Number(process.env.SHOAL_STRESS_KILLS ?? (inCi ? 1_000 : 6 * fewestKills)) / 6)
const budgetMs = inCi && process.env.SHOAL_STRESS_KILLS === undefined ? 10_000 : Number.POSITIVE_INFINITY
/** How long after a death a survivor may wait at most. */
const boundMs = 1_000
const seed = Number(process.env.SHOAL_STRESS_SEED ?? Date.now() % 1_000_000)
watchdog(120_000 + kills * 12_000 + 4 * phases)

const test = suite(`deaths at random moments (seed ${seed})`)
const members = 3
let state = seed

/** Below `limit`; mulberry32, so that a seed tells the whole story but for the scheduler's part. */
function random(limit: number): number {
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) % limit
}

function moment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, random(8)))
}

function sum(numbers: number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}

type BuriedHook = (survivors: number[]) => Promise<void>

/**
 * Runs `role` in several members, lets one after the other die somehow, and waits for what the survivors do about it: `buried` resolves
 * when each of them has returned or thrown.
 */
async function haunt(backend: Backend, role: string, memory: ReturnType<typeof createMemory>, buried: BuriedHook): Promise<void> {
  const { words } = memory
  const start = (rank: number) => startMember(backend, memory, role, rank)
  const crew: Member[] = Array.from({ length: members }, (_, rank) => start(rank))
  let longestMs = 0
  let kill = 0
  const deadline = performance.now() + budgetMs
  try {
    for (; kill < kills && (kill < fewestKills || performance.now() < deadline); kill++) {
      await advanced(words, [0, 1, 2])
      await moment()
      const rank = random(members)
      const diedAt = await end(backend, crew[rank] as Member, words, rank)
      await buried([0, 1, 2].filter((other) => other !== rank))
      longestMs = Math.max(longestMs, performance.now() - diedAt)
      Atomics.store(words, stress.orders + rank, 0)
      crew[rank] = start(rank)
    }
  } finally {
    await Promise.all(crew.map((member) => member.kill()))
  }
  console.log(`${kill} deaths among ${backend}; the last survivor returned ${longestMs.toFixed(0)} ms after one at most`)
  assert.ok(longestMs <= boundMs)
}

/** Ends a member, or lets it end itself; resolves once it is gone, with the time when it died at the earliest. */
async function end(backend: Backend, victim: Member, words: Int32Array<SharedArrayBuffer>, rank: number): Promise<number> {
  const how = random(4)
  if (how === 0) {
    Atomics.store(words, stress.orders + rank, 1)
    await victim.ended
    return performance.now()
  }
  if (how === 1 && backend === 'processes') {
    process.kill(victim.pid, 'SIGSTOP')
    await moment()
    process.kill(victim.pid, 'SIGCONT')
    await moment()
  }
  const diedAt = performance.now()
  await victim.kill()
  return diedAt
}

/** Resolves when each of them has come further. */
async function advanced(words: Int32Array<SharedArrayBuffer>, ranks: number[]): Promise<void> {
  const before = ranks.map((rank) => Atomics.load(words, stress.progress + rank))
  await until(() => ranks.every((rank, i) => Atomics.load(words, stress.progress + rank) !== before[i]))
}

for (const backend of backends) {
  for (const parties of [2, 8]) {
    test(`${parties} ${backend} pass ${phases} phases, hand over as often, and send as many records, whole and once`, async () => {
      const memory = createMemory()
      const { words } = memory
      Barrier.create(words, 0, { parties, watch: true })
      for (let rank = 0; rank < parties; rank++) Semaphore.create(words, stress.semaphores + 16 * rank, { permits: rank === 0 ? 1 : 0 })
      const queue = RingQueue.create(words, stress.ring, { capacityBytes: 4096 })
      const half = parties / 2
      const crew = Array.from({ length: parties }, (_, rank) => startMember(backend, memory, 'meetAndPass', rank, parties, phases))
      const makers = crew.slice(0, half)
      const takers = crew.slice(half)
      const elected = (await Promise.all(crew.map((member) => member.next()))) as number[]
      assert.is(sum(elected), phases)
      await Promise.all(makers.map((member) => member.ended))
      queue.end()
      const counts = (await Promise.all(takers.map((member) => member.next()))) as number[][]
      for (let rank = 0; rank < half; rank++) assert.is(sum(counts.map((from) => from[rank] ?? 0)), Math.ceil(phases / half))
      assert.is(words[stress.pair], handOverSum(parties, Math.ceil(phases / parties)))
      await Promise.all(takers.map((member) => member.ended))
    })
  }

  test(`whoever of the ${backend} dies with a mutex or in a queue, the others go on`, async () => {
    const memory = createMemory()
    Mutex.create(memory.words, 0)
    RingQueue.create(memory.words, stress.ring, { capacityBytes: 4096 })
    await haunt(backend, 'churn', memory, (survivors) => advanced(memory.words, survivors))
  })

  for (const kind of ['Barrier', 'SysvBarrier'] as const) {
    test(`whoever of the ${backend} dies in or between the phases of a ${kind}, the others are told`, async () => {
      const memory = createMemory()
      const { words } = memory
      const barrier =
        kind === 'Barrier' ? Barrier.create(words, 0, { parties: members, watch: true }) : SysvBarrier.create({ parties: members })
      if (barrier instanceof SysvBarrier) words[14] = barrier.id
      try {
        await haunt(backend, 'assemble', memory, async (survivors) => {
          const epoch = Atomics.load(words, stress.epoch)
          await until(() => survivors.every((rank) => Atomics.load(words, stress.broken + rank) === epoch + 1))
          assert.is(barrier.broken?.reason, 'death')
          barrier.reset()
          Atomics.add(words, stress.epoch, 1)
          futexWake(words, stress.epoch, members)
        })
      } finally {
        if (barrier instanceof SysvBarrier) barrier.remove()
      }
    })
  }
}

test.run()
