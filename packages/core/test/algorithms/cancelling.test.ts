// Before the library, whose timers it takes the place of.
import './support/every-turn.js'

import { getEventListeners } from 'node:events'
import { createPool, type Pool, type Progress } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'
import { Columns, everyOption, forgotten } from './support/every-option.js'
import { everyTurn } from './support/every-turn.js'
import { isSame } from './support/same-bits.js'

watchdog()

/** Many chunks, and few. */
const [many, few] = [new Columns(1_000_003), new Columns(10)]
const backends = ['threads', 'processes'] as const

const test = suite<Record<(typeof backends)[number], Pool>>('signal and progress of every algorithm')
test.before(async (context) => {
  for (const backend of backends) context[backend] = await createPool({ workers: 2, backend })
})
test.after(async (context) => {
  for (const backend of backends) await context[backend].close()
})

test('none is forgotten here', () => {
  assert.equal(forgotten(), [])
})

for (const [name, call] of Object.entries(everyOption)) {
  // One thread takes as long as a pool: once for all tests of an algorithm, and no longer than for them.
  const alone = new Map<Columns, unknown>()
  const expectedOf = (columns: Columns): unknown => {
    if (!alone.has(columns)) alone.set(columns, copied(call([], columns.refill(), {})))
    return alone.get(columns)
  }

  for (const backend of backends) {
    test(`${name} on ${backend}: progress comes to the total, of many chunks and of few elements`, async ({ [backend]: pool }) => {
      for (const columns of [many, few]) {
        const seen: Progress[] = []
        const expected = expectedOf(columns)
        const result = await call([pool], columns.refill(), { onProgress: (now: Progress) => seen.push(now) })
        assert.ok(isSame(copied(result), expected), 'the result is that of one thread')
        const last = seen.at(-1)
        assert.ok(last !== undefined, 'it is called')
        assert.ok(last.total > 0 && last.done === last.total, `${last.done} of ${last.total}`)
        assert.ok(seen.every(({ done, total }) => done <= total))
      }
    })

    test(`${name} on ${backend}: an abort in the middle ends it with the signal's reason, and the pool works on`, async (context) => {
      const pool = context[backend]
      const turns = everyTurn()
      try {
        // The workers may be done before the event loop turns.
        while (!(await isEndedInTheMiddle(pool, call))) assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1])
      } finally {
        turns.restore()
      }
      assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1])
      const result = await call([pool], many.refill(), {})
      assert.ok(isSame(copied(result), expectedOf(many)), 'afterwards it does what it did')
      if (backend === backends.at(-1)) alone.clear()
    })
  }
}

test.run()

/** Aborts as soon as some chunks are done and others are not. */
async function isEndedInTheMiddle(pool: Pool, call: (typeof everyOption)[string]): Promise<boolean> {
  const controller = new AbortController()
  const { signal } = controller
  const onProgress = ({ done, total }: Progress): void => {
    if (done > 0 && done < total && !signal.aborted) controller.abort()
  }
  many.refill()
  try {
    await call([pool], many, { signal, onProgress })
    return false
  } catch (error) {
    assert.is(error, signal.reason)
    assert.is((error as Error).name, 'AbortError')
    return true
  } finally {
    assert.is(getEventListeners(signal, 'abort').length, 0)
  }
}

/** Results without their kind of memory, which is another without a pool. */
function copied(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return (value as Float64Array).slice()
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copied)
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copied(part)]))
}
