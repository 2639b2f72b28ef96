import { futexWake } from '@shoal/native'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Barrier, Mutex, RingQueue, SysvBarrier } from '#internal/sync/index.js'
import { watchdog } from '../support/watchdog.js'
import { stress } from './fixtures/roles.js'
import { backends, startMember, startProcess } from './support/member.js'
import { createMemory, until } from './support/shared-words.js'

// The short form; SHOAL_STRESS_KILLS=1000 SHOAL_STRESS_PHASES=1000000 is the long one.
const phases = Number(process.env.SHOAL_STRESS_PHASES ?? 3_000)
const kills = Number(process.env.SHOAL_STRESS_KILLS ?? 12)
const seed = Number(process.env.SHOAL_STRESS_SEED ?? Date.now() % 1_000_000)
watchdog(60_000 + kills * 6_000 + phases)

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

type Crew = ReturnType<typeof startProcess>[]

/** Runs `role` in several processes, lets one after the other die somehow, and says when each death is over. */
async function haunt(
  role: string,
  words: Int32Array<SharedArrayBuffer>,
  memory: ReturnType<typeof createMemory>,
  buried: BuriedHook,
): Promise<void> {
  const start = (rank: number) => startProcess(memory, { role, args: [rank] })
  const crew: Crew = Array.from({ length: members }, (_, rank) => start(rank))
  try {
    for (let kill = 0; kill < kills; kill++) {
      await advanced(words, [0, 1, 2])
      await moment()
      const rank = random(members)
      const victim = crew[rank] as Crew[number]
      await end(victim, words, rank)
      const survivors = [0, 1, 2].filter((other) => other !== rank)
      await buried(survivors)
      Atomics.store(words, stress.orders + rank, 0)
      crew[rank] = start(rank)
    }
  } finally {
    await Promise.all(crew.map((member) => member.kill()))
  }
}

type BuriedHook = (survivors: number[]) => Promise<void>

async function end(victim: Crew[number], words: Int32Array<SharedArrayBuffer>, rank: number): Promise<void> {
  const how = random(4)
  if (how === 0) Atomics.store(words, stress.orders + rank, 1)
  if (how === 1) {
    victim.child.kill('SIGSTOP')
    await moment()
    victim.child.kill('SIGCONT')
    await moment()
  }
  if (how !== 0) victim.child.kill('SIGKILL')
  await victim.ended
}

/** Resolves when each of them has come further. */
async function advanced(words: Int32Array<SharedArrayBuffer>, ranks: number[]): Promise<void> {
  const before = ranks.map((rank) => Atomics.load(words, stress.progress + rank))
  await until(() => ranks.every((rank, i) => Atomics.load(words, stress.progress + rank) !== before[i]))
}

for (const backend of backends) {
  for (const parties of [2, 8]) {
    test(`${parties} ${backend} pass ${phases} phases`, async () => {
      const memory = createMemory()
      Barrier.create(memory.words, 0, { parties, watch: true })
      const crew = Array.from({ length: parties }, (_, rank) => startMember(backend, memory, 'meet', rank, phases, stress.progress))
      const elected = (await Promise.all(crew.map((member) => member.next()))) as number[]
      assert.is(
        elected.reduce((a, b) => a + b),
        phases,
      )
      await Promise.all(crew.map((member) => member.ended))
    })
  }
}

test('whoever dies with a mutex or in a queue, the others go on', async () => {
  const memory = createMemory()
  Mutex.create(memory.words, 0)
  RingQueue.create(memory.words, stress.ring, { capacityBytes: 4096 })
  await haunt('churn', memory.words, memory, (survivors) => advanced(memory.words, survivors))
})

for (const kind of ['Barrier', 'SysvBarrier'] as const) {
  test(`whoever dies in or between the phases of a ${kind}, the others are told`, async () => {
    const memory = createMemory()
    const { words } = memory
    const barrier =
      kind === 'Barrier' ? Barrier.create(words, 0, { parties: members, watch: true }) : SysvBarrier.create({ parties: members })
    if (barrier instanceof SysvBarrier) words[14] = barrier.id
    try {
      await haunt('assemble', words, memory, async (survivors) => {
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

test.run()
