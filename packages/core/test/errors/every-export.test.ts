import * as core from '@shoal/core'
import { createPool, Segment, ShoalError, share } from '@shoal/core'
import * as algorithms from '@shoal/core/algorithms'
import * as job from '@shoal/core/job'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'

watchdog()

const test = suite('every export, misused')
type Loose = (...args: unknown[]) => unknown

const closed = Segment.create({ kind: 'anonymous', byteLength: 64 })
const view = closed.view(Int32Array)
closed.close()

const nonsense: readonly unknown[] = [
  ...[undefined, null, 'text', 5, Number.NaN, -0, Number.POSITIVE_INFINITY, 1e20, -1, 1.5, 5n, true, [], {}, () => 1, Symbol('none')],
  ...[new Float64Array(3), new SharedArrayBuffer(64), new DataView(new ArrayBuffer(8)), new Map(), view],
]

/** Functions and static methods, by name. */
function callables(): [name: string, call: Loose][] {
  return [core, algorithms, job].flatMap((exported) =>
    Object.entries(exported as unknown as Record<string, unknown>).flatMap(([name, value]): [string, Loose][] => {
      if (typeof value !== 'function') return []
      if (!/^class\b/.test(String(value))) return [[name, value as Loose]]
      const statics = Object.entries(Object.getOwnPropertyDescriptors(value))
      return statics.flatMap(([method, { value: call }]): [string, Loose][] =>
        typeof call === 'function' && !['prototype', 'clean'].includes(method) ? [[`${name}.${method}`, call.bind(value)]] : [],
      )
    }),
  )
}

/** What a call made, for what has to be let go of. */
function letGo(made: unknown): void {
  const { remove, close, destroy } = Object(made) as Record<'remove' | 'close' | 'destroy', (() => void) | undefined>
  for (const end of [destroy ?? close, remove]) end?.call(made)
}

const isClear = (error: unknown): boolean =>
  error instanceof ShoalError ||
  ((error instanceof TypeError || error instanceof RangeError) && /^Expected .* for .* but received/s.test(error.message))

/** Documented to come as the operating system has them. */
const hasNodeShape = ['openNpy', 'writeNpy', 'SysvSemaphore.open', 'SysvBarrier.attach']

test('is used well, or told in a sentence what was expected: never a slip of the library', async () => {
  const pool = await createPool({ workers: 1 })
  const good = share(Float64Array.of(3, 1, 2))
  const slips: string[] = []
  for (const [name, call] of callables()) {
    const calls = [
      [],
      ...nonsense.flatMap((bad) => [[bad], [good, bad], [good, good, bad], [pool, bad], [pool, good, bad], [pool, good, good, bad]]),
    ]
    for (const args of calls) {
      try {
        letGo(await call(...args))
      } catch (error) {
        const isAllowed = hasNodeShape.includes(name) && typeof (error as NodeJS.ErrnoException).errno === 'number'
        if (!isAllowed && !isClear(error))
          slips.push(`${name}(${args.map((arg) => String(Object(arg).constructor?.name)).join(', ')}): ${error}`)
      }
    }
  }
  await pool.close()
  assert.equal(slips, [])
})

test.run()
