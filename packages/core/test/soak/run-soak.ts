import { stat } from 'node:fs/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Backend, createPool, type Pool } from '@shoal/core'
import * as assert from 'uvu/assert'
import { FailPoints } from '../pool/support/fail-points.js'
import { children, openDescriptors, threads } from '../pool/support/processes.js'
import { until } from '../pool/support/until.js'
import { untilWhole } from '../pool/support/until-whole.js'
import { newSharedObjects, sharedObjects } from '../support/leftovers.js'
import { Killer } from './support/killer.js'
import { breakable, isDeath, type Load, unbreakable } from './support/loads.js'
import { Random } from './support/random.js'

export interface SoakOptions {
  readonly backend: Backend
  readonly workers: number
  /** Whichever comes first. */
  readonly kills: number
  readonly seconds: number
  readonly seed: number
  /** How long workers are held up at most at every point of the protocol. */
  readonly delayUs?: number
  /** Called about once a second. */
  readonly report?: (soak: Soak) => void
}

export interface Soak {
  readonly kills: number
  readonly calls: number
  /** Calls that a death ended, with a code for it. */
  readonly broken: number
  /** Between a SIGKILL and the rejection that tells of it, at most. */
  readonly slowestAnswerMs: number
  readonly residentMiB: number
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Calls side by side: more than there are workers, so that some wait. */
const STREAMS = 5
/** So that most calls see one death or none, and some see several. */
const CALLS_PER_STRIKE = 3
/** Segments that may be left when all calls have ended: far fewer than there were calls. */
const LAST_CALLS = 2 * STREAMS

/** Ends workers of a pool under load, and checks the result of every call, and that nothing is left in the end. */
export async function runSoak({ backend, workers, kills, seconds, seed, delayUs = 0, report }: SoakOptions): Promise<Soak> {
  await stat('/') // Node's own threads for files are started at the first use.
  const before = { children: children().length, descriptors: openDescriptors(), objects: sharedObjects(), threads: threads() }
  const random = new Random(seed)
  const points = new FailPoints()
  points.delay(delayUs)
  const pool = await createPool({ workers, backend, env: points.env, name: 'soak' })
  const killer = new Killer(pool, points, random)
  const counts = { calls: 0, broken: 0, slowestAnswerMs: 0 }
  const soak = (): Soak => ({ kills: killer.kills, ...counts, residentMiB: Math.round(process.memoryUsage.rss() / 2 ** 20) })
  const endsAt = performance.now() + 1_000 * seconds
  const isOver = (): boolean => killer.kills >= kills || performance.now() > endsAt
  const ticker = report && setInterval(() => report(soak()), 1_000)
  try {
    await Promise.all(
      Array.from({ length: STREAMS }, async (_, stream) => {
        while (!isOver()) {
          const mayBreak = stream % 2 === 1
          if (random.below(CALLS_PER_STRIKE) === 0) killer.strike()
          await attempt(pool, random.of(mayBreak ? breakable : unbreakable), random, mayBreak ? killer : undefined, counts)
        }
      }),
    )
    killer.stop()
    await checkWhole(pool)
  } finally {
    clearInterval(ticker)
    await pool.close()
    points.remove()
  }
  await until(() => children().length === before.children && threads() <= before.threads)
  // Those of segments go with the garbage; the last few calls may still be on somebody's stack.
  await until(() => {
    collectGarbage()
    return openDescriptors() <= before.descriptors + LAST_CALLS
  })
  assert.equal(await newSharedObjects(before.objects), [], 'shared memory is left')
  return soak()
}

async function attempt(
  pool: Pool,
  load: Load,
  random: Random,
  killer: Killer | undefined,
  counts: { calls: number; broken: number; slowestAnswerMs: number },
): Promise<void> {
  counts.calls++
  try {
    await load(pool, random)
  } catch (error) {
    if (killer === undefined || !isDeath(error)) throw error
    counts.broken++
    const pid = Number(/process (\d+)/.exec((error as Error).message)?.[1])
    const killedAt = killer.killedAt.get(pid)
    if (killedAt !== undefined) counts.slowestAnswerMs = Math.max(counts.slowestAnswerMs, performance.now() - killedAt)
    // A rejection that needs no waiting must not keep the event loop from turning.
    await new Promise(setImmediate)
  }
}

async function checkWhole(pool: Pool): Promise<void> {
  await untilWhole(pool, isDeath)
  for (const load of [...unbreakable, ...breakable]) await load(pool, new Random(1))
}
