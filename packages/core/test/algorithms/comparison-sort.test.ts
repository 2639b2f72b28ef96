import { allocate, type Backend, kernelsFrom, shuffle, sort } from '@shoal/core'
import * as par from '@shoal/core/algorithms'
import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Pools } from '../pool/support/pools.js'
import { watchdog } from '../support/watchdog.js'
import { firstDifference, sharedInput, sharedTypes } from './support/columns.js'
import { distributionsOf } from './support/inputs.js'

watchdog()
const backends = new Map<Backend, Pools>([
  ['threads', new Pools('threads')],
  ['processes', new Pools('processes')],
])
const test = suite('sort by a comparison')
test.after(async () => {
  for (const pools of backends.values()) await pools.close()
})

type Scalar = number | bigint
/** Equal by this order are many: what is stable shows. */
const byLowBits = (a: Scalar, b: Scalar): number => {
  const [x, y] = [Number(a), Number(b)]
  const [low, high] = [Number.isFinite(x) ? Math.trunc(x) % 64 : 64, Number.isFinite(y) ? Math.trunc(y) % 64 : 64]
  return low - high
}

for (const [backend, pools] of backends) {
  for (const workers of [1, 2, 3, 4, 5]) {
    test(`is the stable sort of the built-in, of every type and distribution, on ${workers} ${backend}`, async () => {
      const pool = await pools.of(workers)
      let turn = workers
      for (const type of sharedTypes) {
        for (const name of distributionsOf(type as never)) {
          const length = [8193, 20_011, 0, 1, 2, 3, 40_000][turn++ % 7]!
          const xs = sharedInput(type, length, name, turn)
          const expected = (xs.slice() as Float64Array).sort(byLowBits)
          const at = firstDifference(await sort(pool, xs, { compare: byLowBits }), expected)
          assert.is(at, -1, `${type.name}, ${name}, ${length} elements: wrong at ${at}`)
        }
      }
    })
  }

  test(`descends, into another view, by what lies in args, on ${backend}`, async () => {
    const pool = await pools.of(2)
    const column = sharedInput(Float64Array, 30_001, 'few unique') as Float64Array<SharedArrayBuffer>
    const rows = new Uint32Array(column.length).map((_, i) => i)
    const order = allocate(Uint32Array, column.length)
    const source = await par.iota(pool, allocate(Uint32Array, column.length))
    await sort(pool, source, {
      compare: (a: number, b: number, column: Float64Array) => column[a]! - column[b]!,
      args: [column],
      descending: true,
      into: order,
    })
    assert.is(firstDifference(order, par.argsort(column, { descending: true })), -1)
    assert.is(firstDifference(source, rows), -1)
  })

  test(`takes a kernel of a module, and says what a kernel throws, on ${backend}`, async () => {
    const pool = await pools.of(2)
    const { byDistance } = kernelsFrom<typeof import('./support/compare.js')>(new URL('./support/compare.js', import.meta.url))
    const xs = sharedInput(Int16Array, 30_000, 'random') as Int16Array<SharedArrayBuffer>
    const expected = xs.slice().sort((a, b) => Math.abs(a) - Math.abs(b))
    assert.is(firstDifference(await sort(pool, xs, { compare: byDistance }), expected), -1)
    const failing = (): number => {
      throw new RangeError('no order')
    }
    const error = await sort(pool, xs, { compare: failing }).catch((error: Error) => error)
    assert.match(String(error), /RangeError: no order/)
  })
}

test('an order that is not consistent loses no element', async () => {
  const pool = await backends.get('threads')!.of(3)
  const xs = sharedInput(Int32Array, 50_000, 'random') as Int32Array<SharedArrayBuffer>
  const expected = xs.slice().sort()
  await sort(pool, xs, { compare: (a, b) => ((a * 31 + b * 17) % 3) - 1 })
  assert.is(firstDifference(xs.slice().sort(), expected), -1)
})

test('refuses what is no function, and keys beside it', () => {
  assert.throws(() => par.sort(Float64Array.of(1), { compare: 'less' as never }), /Expected a function for compare/)
  assert.throws(() => par.sort(Float64Array.of(1), { compare: () => 0, keys: Float64Array.of(1) as never }), /TypeError|keys/)
})

test('without a pool it is the built-in sort', () => {
  fc.assert(
    fc.property(fc.array(fc.double()), (numbers) => {
      const byMagnitude = (a: number, b: number): number => Math.abs(a) - Math.abs(b)
      const expected = Float64Array.from(numbers).sort(byMagnitude)
      const into = new Float64Array(numbers.length)
      assert.is(firstDifference(par.sort(Float64Array.from(numbers), { compare: byMagnitude, into }), expected), -1)
    }),
  )
})

test('shuffle is a permutation that the seed names, the same on every pool and alone, of every type', async () => {
  for (const type of sharedTypes) {
    for (const length of [0, 1, 2, 100, 70_001]) {
      const xs = sharedInput(type, length, 'sorted')
      const alone = par.shuffle(xs.slice(), { seed: 7 })
      assert.is(firstDifference(alone.slice().sort(), xs.slice().sort()), -1, `${type.name}, ${length}`)
      for (const [backend, workers] of [
        ['threads', 1],
        ['threads', 3],
        ['processes', 2],
      ] as const) {
        const into = allocate(type as Float64ArrayConstructor, length)
        const pool = await backends.get(backend)!.of(workers)
        assert.is(await shuffle(pool, xs as never, { seed: 7, into }), into)
        assert.is(firstDifference(into, alone), -1, `${type.name}, ${length}, ${backend}`)
      }
      await shuffle(await backends.get('threads')!.of(2), xs, { seed: 7 })
      assert.is(firstDifference(xs, alone), -1)
    }
  }
})

test('each order of four elements comes up about as often, and other seeds and streams give others', () => {
  const seen = new Map<string, number>()
  for (let seed = 0; seed < 24_000; seed++) {
    const order = par.shuffle(Uint8Array.of(0, 1, 2, 3), { seed, stream: 1 }).join('')
    seen.set(order, (seen.get(order) ?? 0) + 1)
  }
  assert.is(seen.size, 24)
  // Six standard deviations of 31 each.
  for (const count of seen.values()) assert.ok(Math.abs(count - 1000) < 190, `${count}`)
  const orders = [{ seed: 1 }, { seed: 2 }, { seed: 1, stream: 1 }].map((seed) =>
    par
      .shuffle(
        new Uint8Array(50).map((_, i) => i),
        seed,
      )
      .join(),
  )
  assert.is(new Set(orders).size, 3)
  assert.throws(() => par.shuffle(new Uint8Array(2), { seed: 0.5 }), /safe integer/)
})

test.run()
