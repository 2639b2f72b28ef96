import { allocate, type Backend, createPool, Segment, segmentOf, share } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Pools } from '../support/pools.js'
import { reasonOf } from '../support/reason-of.js'

export function values(backend: Backend): void {
  const test = suite(`${backend}: values`)
  const pools = new Pools(backend)
  test.after(() => pools.close())

  test('views in args are the same memory, however deep they lie', async () => {
    const pool = await pools.of(2)
    const [a, b, c] = [allocate(Float64Array, 10), allocate(Int32Array, 10), allocate(Uint8Array, 10)]
    await pool.spmd(
      (ctx, deep) => {
        if (ctx.rank !== 0) return
        deep.list[0]!.fill(1)
        deep.map.get('b')!.fill(2)
        deep.inner.data.setUint8(0, 3)
      },
      { args: [{ list: [a.subarray(2, 4)], map: new Map([['b', b]]), inner: { data: new DataView(c.buffer, 5, 1) } }] },
    )
    assert.equal([...a], [0, 0, 1, 1, 0, 0, 0, 0, 0, 0])
    assert.ok(b.every((value) => value === 2))
    assert.equal([...c], [0, 0, 0, 0, 0, 3, 0, 0, 0, 0])
  })

  test('unshared arrays in args are copies', async () => {
    const pool = await pools.of(2)
    const own = Float64Array.of(1, 2, 3)
    const sums = await pool.spmd(
      (ctx, copy) => {
        copy.fill(ctx.rank)
        return copy.length
      },
      { args: [own] },
    )
    assert.equal(
      [sums, [...own]],
      [
        [3, 3],
        [1, 2, 3],
      ],
    )
  })

  test('Map, Date, BigInt, RegExp and cycles reach the kernel and come back', async () => {
    const pool = await pools.of(1)
    const value: Record<string, unknown> = { map: new Map([[1n, new Set(['x'])]]), date: new Date(0), pattern: /x/g }
    value.itself = value
    const [back] = await pool.spmd((_, given) => [given, given.itself === given] as const, { args: [value] })
    assert.ok(back![1] && back![0].itself === back![0])
    assert.equal([back![0].map, back![0].date, back![0].pattern], [value.map, value.date, value.pattern])
  })

  test('segments made after the pool reach every worker, again and again', async () => {
    const pool = await pools.of(3)
    for (let round = 0; round < 100; round++) {
      const view = share(Int32Array.of(round, 0, 0, 0))
      await pool.spmd(
        (ctx, words) => {
          words[ctx.rank + 1] = words[0]!
        },
        { args: [view] },
      )
      assert.equal([...view], [round, round, round, round])
    }
  })

  test('many segments in one call', async () => {
    const pool = await pools.of(2)
    const views = Array.from({ length: 200 }, (_, index) => share(Float64Array.of(index)))
    const sums = await pool.spmd((_, all) => all.reduce((sum, view) => sum + view[0]!, 0), { args: [views] })
    assert.equal(sums, [19_900, 19_900])
  })

  test('named segments travel as well', async () => {
    const pool = await pools.of(2)
    const segment = Segment.create({ kind: 'sysv', byteLength: 64 })
    try {
      await pool.spmd((ctx, bytes) => void bytes.fill(7, ctx.rank, ctx.rank + 1), { args: [segment.view(Uint8Array)] })
      assert.equal([...segment.view(Uint8Array, 0, 3)], [7, 7, 0])
    } finally {
      segment.close()
    }
  })

  test('plain SharedArrayBuffers in args are the same memory for threads, and refused by processes', async () => {
    const pool = await pools.of(2)
    const counts = new Int32Array(new SharedArrayBuffer(2 ** 21), 8, 4)
    const kernel = (ctx: { rank: number }, { views }: { views: Int32Array<SharedArrayBuffer>[] }) => {
      Atomics.add(views[0]!, ctx.rank, 1)
      return views[0]!.subarray(0, 2)
    }
    const given = { views: [counts] }
    for (const call of [() => pool.spmd(kernel, { args: [given] }), async () => pool.spmdSync(kernel, { args: [given] })]) {
      if (backend === 'processes') {
        assert.is((await reasonOf(call())).code, 'SHOAL_VALUE_UNCLONEABLE')
        continue
      }
      for (const view of await call()) assert.ok(view.buffer === counts.buffer && view.byteOffset === 8)
    }
    if (backend === 'threads') {
      await pool.forChunks(10, (_, into) => void Atomics.add(into, 2, 1), { chunkLength: 1, args: [new Int32Array(counts.buffer, 8)] })
      await pool.run((into) => void Atomics.add(into, 3, 1), counts)
    }
    assert.equal([...counts], backend === 'threads' ? [2, 2, 10, 1] : [0, 0, 0, 0])
    assert.is(segmentOf(counts), undefined)
  })

  test('refuses functions in args', async () => {
    const pool = await pools.of(1)
    for (const value of [() => 1, { deep: [Symbol('s')] }]) {
      const error = await reasonOf(pool.spmd((_, _given) => 1, { args: [value as unknown] }))
      assert.is(error.code, 'SHOAL_VALUE_UNCLONEABLE')
    }
    assert.equal(await pool.spmd(() => 1), [1])
  })

  test('refuses args of more than 32 MiB and names allocate()', async () => {
    const pool = await pools.of(1)
    const error = await reasonOf(pool.spmd((_, _given) => 1, { args: [new Uint8Array(33 * 2 ** 20)] }))
    assert.match(error.message, /allocate\(\)|share\(\)/)
    assert.equal(await pool.spmd(() => 1), [1])
  })

  test('args too large for the region are an error, whatever the slot was used for before, and the pool works on and closes', async () => {
    const text = 'x'.repeat(34 * 2 ** 20)
    const meet = (width: number) => pool.spmd((ctx) => [ctx.barrier(), ctx.barrier()].length, { width })
    const refused = async (width: number): Promise<void> => {
      const error = await reasonOf(pool.spmd((_, _given) => 1, { args: [text], width }))
      assert.is(error.code, 'SHOAL_REGION_TOO_LARGE')
    }
    const pool = await createPool({ workers: 3, backend })
    await refused(3)
    assert.equal(await meet(2), [2, 2])
    await refused(3)
    assert.equal(await meet(3), [2, 2, 2])
    await refused(3)
    await pool.close()
  })

  test('a region that waits behind one that is too large to begin, begins in its place', async () => {
    const pool = await pools.of(1)
    const task = pool.run(() => 1)
    const refused = reasonOf(pool.spmd((_, _given) => 1, { args: ['x'.repeat(34 * 2 ** 20)] }))
    const next = pool.spmd(() => 2)
    assert.is(await task, 1)
    assert.is((await refused).code, 'SHOAL_REGION_TOO_LARGE')
    assert.equal(await next, [2])
  })

  test('results too large for the region are an error, and the pool works on', async () => {
    const pool = await pools.of(2)
    const error = await reasonOf(pool.spmd(() => new Uint8Array(40 * 2 ** 20)))
    assert.is(error.code, 'SHOAL_REGION_TOO_LARGE')
    assert.equal(await pool.spmd(() => 1), [1, 1])
  })

  test('a closed segment in args is refused before any worker sees it', async () => {
    const pool = await pools.of(1)
    const segment = Segment.create({ kind: 'anonymous', byteLength: 64 })
    const view = segment.view(Uint8Array)
    segment.close()
    await reasonOf(pool.spmd((_, _given) => 1, { args: [view] }))
    assert.equal(await pool.spmd(() => 1), [1])
  })

  test.run()
}
