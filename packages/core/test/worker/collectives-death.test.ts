import { allocate, type Context, kernelsFrom } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Pools } from '../pool/support/pools.js'
import { reasonOf } from '../pool/support/reason-of.js'
import { until } from '../pool/support/until.js'
import { watchdog } from '../support/watchdog.js'
import { everyCollective } from './fixtures/every-collective.js'

watchdog()

type Words = Int32Array<SharedArrayBuffer>

const kernels = kernelsFrom<typeof import('./fixtures/dying-kernels.js')>(new URL('./fixtures/dying-kernels.js', import.meta.url))

for (const backend of ['threads', 'processes'] as const) {
  const test = suite(`deaths in collectives, ${backend}`)
  const pools = new Pools(backend)
  test.after(() => pools.close())

  /** That the region fails because a worker died, and that the pool, with its new worker, works on. */
  const endsByDeath = async (region: Promise<unknown>): Promise<void> => {
    const reason = await reasonOf(region)
    assert.is(reason.code, 'SHOAL_REGION_WORKER_DIED')
    const pool = await pools.of(3)
    const kernel = (ctx: Context) => {
      let total = 0
      for (const chunk of ctx.chunks(10)) total += ctx.exclusive(() => chunk.length)
      return ctx.allReduce(total, 'sum') + ctx.single(() => 1)
    }
    assert.equal(await pool.spmd(kernel), [11, 11, 11])
  }

  for (const name of everyCollective) {
    test(`a rank that exits instead of ${name} lets the others go`, async () => {
      const pool = await pools.of(3)
      await endsByDeath(pool.spmd(kernels.exitInstead, { args: [name] }))
    })
  }

  for (const name of ['single', 'exclusive'] as const) {
    test(`a rank that exits inside ${name} lets the others go`, async () => {
      const pool = await pools.of(3)
      await endsByDeath(pool.spmd(kernels.exitInside, { args: [name] }))
    })
  }

  for (const call of ['barrier', 'allGather', 'exclusive', 'chunks'] as const) {
    test(`a rank that exits lets the others go from ${call}() while the caller blocks its event loop`, async () => {
      const pool = await pools.of(3)
      const kernel = (ctx: Context, call: 'barrier' | 'allGather' | 'exclusive' | 'chunks') => {
        ctx.barrier()
        if (call === 'exclusive') ctx.exclusive(() => ctx.rank === 1 && process.exit(3))
        else if (ctx.rank === 1) process.exit(3)
        if (call === 'chunks') for (let loop = 0; loop < 9; loop++) for (const _ of ctx.chunks(3));
        if (call === 'barrier') ctx.barrier()
        if (call === 'allGather') ctx.allGather('x')
      }
      let reason: { code?: string } = {}
      try {
        pool.spmdSync(kernel, { args: [call] })
      } catch (error) {
        reason = error as typeof reason
      }
      assert.is(reason.code, 'SHOAL_REGION_WORKER_DIED')
      // The pool hears of the death, and replaces the worker, when the event loop turns again.
      const isWhole = (): Promise<boolean> =>
        pool
          .spmd((ctx) => ctx.allReduce(1, 'sum') === 3)
          .then(([is]) => is === true)
          .catch(() => false)
      await until(isWhole)
    })
  }

  test('a rank that exits in a loop of chunks lets the others go', async () => {
    const pool = await pools.of(3)
    await endsByDeath(pool.spmd(kernels.exitInLoop))
  })

  if (backend === 'processes') {
    /** Kills the process that says who it is in the first word, and says so in the second. */
    const killVictim = async (words: Words): Promise<void> => {
      await until(() => Atomics.load(words, 0) !== 0)
      process.kill(Atomics.load(words, 0), 'SIGKILL')
      Atomics.store(words, 1, 1)
    }

    for (const name of everyCollective) {
      test(`SIGKILL of a rank that waits in ${name} lets the others go`, async () => {
        const pool = await pools.of(3)
        const words = allocate(Int32Array, 3)
        const region = pool.spmd(kernels.waitInCollective, { args: [words, name] })
        await killVictim(words)
        await endsByDeath(region)
      })
    }

    for (const kernel of [kernels.waitForLock, kernels.waitInLoops]) {
      test(`SIGKILL of a rank that waits ${kernel === kernels.waitForLock ? 'for the lock' : 'for others in loops'} lets them go`, async () => {
        const pool = await pools.of(3)
        const words = allocate(Int32Array, 3)
        const region = pool.spmd(kernel, { args: [words] })
        await killVictim(words)
        await endsByDeath(region)
      })
    }
  }

  test.run()
}
