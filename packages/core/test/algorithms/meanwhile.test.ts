import { allocate, createPool, type Pool, type SharedView } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'
import { Columns, everyOption } from './support/every-option.js'

watchdog()

// Enough for sorts and scans to be shared among the workers.
const LENGTH = 150_001
const UNTOUCHED = 7

/** What lies around the columns, which nobody is to write. */
const around: SharedView[] = []
const columns = new Columns(LENGTH, ((type: Float64ArrayConstructor, length: number) => {
  const whole = allocate(type, 3 * length).fill(UNTOUCHED)
  around.push(whole.subarray(0, length), whole.subarray(2 * length))
  return whole.subarray(length, 2 * length)
}) as never)
const { xs, sorted, bins, mask, target, others } = columns
const views = [xs, sorted, bins, mask, target, others] as Float64Array<SharedArrayBuffer>[]

/** Stores until it is told to stop: equal ones, large ones, and any. */
function storeInto(stopped: Int32Array, ...all: Float64Array[]): void {
  let seed = 1
  for (let round = 0; Atomics.load(stopped, 0) === 0; round++) {
    const view = all[round % all.length]!
    const start = (round * 245_489) % (view.length >> 1)
    if (round % 3 === 0) view.fill(round % 5)
    else if (round % 3 === 1) view.fill(1e30, start, start + (view.length >> 1))
    else
      for (let i = start; i < start + 20_000; i++) {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) | 0
        view[i] = seed
      }
  }
}

for (const backend of ['threads', 'processes'] as const) {
  const test = suite<{ pool: Pool; storing: Pool }>(`views that another thread stores into meanwhile, on ${backend}`)
  test.before(async (context) => {
    context.pool = await createPool({ workers: 2, backend })
    context.storing = await createPool({ workers: 1 })
  })
  test.after(async ({ pool, storing }) => {
    await pool.close()
    await storing.close()
  })

  test('every algorithm comes to an end, or says why it does not, and writes nothing beside them', async ({ pool, storing }) => {
    const stopped = allocate(Int32Array, 1)
    const ended = storing.run(storeInto, stopped, ...views)
    try {
      for (const [name, call] of Object.entries(everyOption)) {
        // Without a pool there is nothing of the backend in it.
        const befores = backend === 'threads' ? ([[pool], [], [pool]] as const) : ([[pool], [pool]] as const)
        for (const before of befores) await outcomeOf(() => call(before, columns, {}), name)
        for (const view of around) assert.is(firstOther(view as Float64Array), -1, name)
      }
    } finally {
      Atomics.store(stopped, 0, 1)
      await ended
    }
  })
  test.run()
}

function firstOther(view: Float64Array): number {
  // A callback for each of millions of elements takes longer than the algorithms.
  for (let i = 0; i < view.length; i++) if (view[i] !== UNTOUCHED) return i
  return -1
}

async function outcomeOf(call: () => unknown, name: string): Promise<void> {
  try {
    await call()
  } catch (error) {
    assert.match((error as Error).message, /nobody stores into|^Expected integers from 0 to/, name)
  }
}
