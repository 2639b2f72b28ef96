import {
  allocate,
  argMax,
  argMin,
  type Backend,
  count,
  dot,
  matmul,
  mean,
  minMax,
  norm,
  type Pool,
  random,
  type SharedView,
  scan,
  share,
  sum,
  variance,
} from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Pools } from '../pool/support/pools.js'
import { watchdog } from '../support/watchdog.js'
import { everyAlgorithm, outcomeOf } from './support/every-algorithm.js'
import { fillWith, types } from './support/inputs.js'
import { isSame } from './support/same-bits.js'

watchdog()

/** Three chunks and a bit; of other distributions where something depends on it. */
function views(): readonly SharedView[] {
  return types.map((type) => {
    const xs = allocate(type as Float64ArrayConstructor, (3 * 256 * 1024) / type.BYTES_PER_ELEMENT + 1021)
    fillWith(xs, 'random', 3)
    return xs
  })
}

const inputs = views()
const expected = new Map<string, Promise<unknown>>()

function expectedOf(name: string, xs: SharedView): Promise<unknown> {
  const key = `${name}, ${xs.constructor.name}`
  let found = expected.get(key)
  if (found === undefined) {
    found = outcomeOf(everyAlgorithm[name]!, name, [], xs)
    expected.set(key, found)
  }
  return found
}

for (const backend of ['threads', 'processes'] as const satisfies readonly Backend[]) {
  const test = suite(`algorithms on ${backend}`)
  const pools = new Pools(backend)
  test.after(() => pools.close())

  for (const workers of [1, 2, 3, 4, 5]) {
    test(`${workers} workers: the bits are those of one thread`, async () => {
      const pool = await pools.of(workers)
      // Every type with two workers; with others one for each kind of partial.
      const chosen = workers === 2 ? inputs : inputs.filter((xs) => /Float64|BigInt64|Uint8A/.test(xs.constructor.name))
      for (const xs of chosen) {
        for (const [name, call] of Object.entries(everyAlgorithm)) {
          const outcome = await outcomeOf(call, name, [pool], xs)
          const wanted = await expectedOf(name, xs)
          if (!isSame(outcome, wanted)) assert.unreachable(`${name}, ${xs.constructor.name}: ${outcome}, not ${wanted}`)
        }
      }
    })

    test(`${workers} workers: of a scan over NaNs and infinities, too`, async () => {
      const pool = await pools.of(workers)
      for (const [type, nan] of [
        [Float64Array, new Uint8Array(BigUint64Array.of(0xfff8_0000_0000_0003n).buffer)],
        [Float32Array, new Uint8Array(Uint32Array.of(0xffc0_0003).buffer)],
      ] as const)
        for (const op of ['sum', 'product'] as const)
          for (let place = 0; place < 24; place++) {
            const xs = allocate(type, (3 * 256 * 1024) / type.BYTES_PER_ELEMENT).fill(1)
            const bytes = new Uint8Array(xs.buffer)
            const at = (i: number): number => (i * 7919 * (place + 1)) % xs.length
            xs[at(1)] = Number.POSITIVE_INFINITY
            xs[at(2)] = op === 'sum' ? Number.NEGATIVE_INFINITY : 0
            xs[at(3)] = Number.NaN
            bytes.set(nan, at(4) * nan.length)
            const alone = Buffer.from(scan(xs, { op }).buffer)
            for (let again = 0; again < 2; again++) {
              const together = Buffer.from((await scan(pool, xs, { op })).buffer)
              if (!together.equals(alone)) assert.unreachable(`${op} of a ${type.name}, place ${place}`)
            }
          }
    })

    test(`${workers} workers: reductions inside spmd have the same bits, on every rank`, async () => {
      const pool = await pools.of(workers)
      for (const xs of inputs.filter((view) => /Float64|BigInt64|Int16/.test(view.constructor.name))) {
        for (const view of [xs, xs.subarray(0, 1000)] as SharedView[]) {
          const results = await pool.spmd(
            (ctx, view) => {
              const { min, max } = ctx.minMax(view)
              const extremes = [min, max, ctx.min(view), ctx.max(view), ctx.argMin(view), ctx.argMax(view)]
              return [
                ctx.sum(view),
                ctx.mean(view),
                ctx.variance(view),
                ctx.norm(view),
                ctx.dot(view, view),
                ctx.count(view, min),
                ...extremes,
              ]
            },
            { args: [view] },
          )
          const { min: least, max: greatest } = minMax(view)
          const extremes = [least, greatest, least, greatest, argMin(view), argMax(view)]
          const wanted = [sum(view), mean(view), variance(view), norm(view), dot(view, view), count(view, least), ...extremes]
          for (const result of results) assert.equal(result, wanted)
        }
      }
    })

    if (workers > 1) {
      test(`${workers} workers: reductions inside spmd that are not the same on every rank are refused, naming both`, async () => {
        const pool = await pools.of(workers)
        const xs = inputs.find((view) => view instanceof Float64Array) as Float64Array<SharedArrayBuffer>
        const messageOf = (call: Promise<unknown>) => call.then(String, (error) => `${error.code}: ${error.message}`)
        const all = `Float64Array of ${xs.length}`
        const called = (first: string, second: string): string => `SHOAL_REGION_MISMATCH: Rank 0 called ${first}, rank 1 called ${second}`
        const different = [
          [
            () => pool.spmd((ctx, xs) => (ctx.rank === 0 ? ctx.min(xs) : ctx.sum(xs)), { args: [xs] }),
            called(`min(${all})`, `sum(${all})`),
          ],
          [
            () => pool.spmd((ctx, xs) => ctx.sum(ctx.rank === 0 ? xs : xs.subarray(1)), { args: [xs] }),
            called(`sum(${all})`, `sum(Float64Array of ${xs.length - 1})`),
          ],
          [
            () => pool.spmd((ctx, xs) => ctx.sum(xs, { compensated: ctx.rank > 0 }), { args: [xs] }),
            called(`sum(${all})`, `sum(compensated, ${all})`),
          ],
          [
            () => pool.spmd((ctx, xs) => ctx.variance(xs, { ddof: ctx.rank === 0 ? 0 : 1 }), { args: [xs] }),
            called(`variance(${all})`, `variance(${all}, ddof 1)`),
          ],
          [
            () => pool.spmd((ctx, xs) => ctx.count(xs, ctx.rank === 0 ? 3 : { ne: 2, ge: 1 }), { args: [xs] }),
            called(`count(${all}, eq 3)`, `count(${all}, ge 1, ne 2)`),
          ],
          [
            () => pool.spmd((ctx, xs) => ctx.count(xs, { lt: ctx.rank }), { args: [xs] }),
            called(`count(${all}, lt 0)`, `count(${all}, lt 1)`),
          ],
          [
            () => pool.spmd((ctx, xs) => ctx.norm(xs.subarray(ctx.rank + 1, ctx.rank + 3)), { args: [xs] }),
            /norm\(Float64Array of 2, memory (\w+) \+ 8\), rank 1 called norm\(Float64Array of 2, memory \1 \+ 16\)/,
          ],
          [
            () => pool.spmd((ctx, xs, ys) => ctx.dot(xs, ctx.rank === 0 ? xs : ys), { args: [xs, share(xs)] }),
            /, memory (\w+) \+ 0, memory \1 \+ 0\), rank 1 .*, memory \1 \+ 0, memory (?!\1)\w+ \+ 0\)/,
          ],
        ] as const
        for (const [call, message] of different) assert.match(await messageOf(call()), message as string)
        const alike = await pool.spmd((ctx, xs) => [ctx.count(xs, 3), ctx.count(xs, { eq: 3 }), ctx.count(xs, { ne: 3 })], { args: [xs] })
        for (const [equal, other, rest] of alike) assert.equal([other, rest], [equal, xs.length - equal!])
        assert.match(
          await messageOf(pool.spmd((ctx) => ctx.sum(new Float64Array(3).fill(ctx.rank) as never))),
          /Expected a shared view, the same on every rank for xs/,
        )
      })
    }

    test(`${workers} workers: a matrix product is that of one thread`, async () => {
      const pool = await pools.of(workers)
      const a = await matrix(pool, 400 * 70)
      const b = await matrix(pool, 70 * 500)
      const product = await matmul(pool, a, b, { inner: 70 })
      assert.ok(isSame(product, share(matmul(a, b, { inner: 70 }))))
    })
  }
  test.run()
}

function matrix(pool: Pool, length: number): Promise<Float32Array<SharedArrayBuffer>> {
  return random(pool, allocate(Float32Array, length), { seed: length, low: -1 })
}
