import { allocate, type Backend, type Progress, segmentOf } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Pools } from '../support/pools.js'
import { reasonOf } from '../support/reason-of.js'

function checkMonotone(seen: readonly Progress[]): void {
  for (let index = 1; index < seen.length; index++) {
    assert.ok(seen[index]!.done >= seen[index - 1]!.done && seen[index]!.chunks >= seen[index - 1]!.chunks)
    assert.ok(seen[index]!.elapsedMs >= seen[index - 1]!.elapsedMs)
  }
}

export function progress(backend: Backend): void {
  const test = suite(`${backend}: onProgress`)
  const pools = new Pools(backend)
  test.after(() => pools.close())

  test('counts up to the total, and is called at the end', async () => {
    const pool = await pools.of(2)
    const seen: Progress[] = []
    const gate = allocate(Int32Array, 1)
    await pool.forChunks(400, (_, all) => void Atomics.wait(all, 0, 0, 1), {
      args: [gate],
      chunkLength: 2,
      onProgress: (now) => seen.push(now),
    })
    checkMonotone(seen)
    const { done, total, chunks, retries } = seen.at(-1)!
    assert.equal({ done, total, chunks, retries }, { done: 400, total: 400, chunks: 200, retries: 0 })
  })

  test('of a synchronous call it is called between chunks of the calling thread, and at the end', async () => {
    const pool = await pools.of(2)
    const seen: Progress[] = []
    pool.forEachSync(
      600,
      () => {
        for (const end = performance.now() + 1; performance.now() < end; );
      },
      { chunkLength: 1, onProgress: (now) => seen.push(now) },
    )
    checkMonotone(seen)
    assert.ok(seen.length > 1 && seen[0]!.done < 600)
    assert.is(seen.at(-1)!.done, 600)
  })

  test('what it throws ends the region, and is what the call rejects with', async () => {
    const pool = await pools.of(2)
    const reason = new Error('enough')
    const onProgress = (): never => {
      throw reason
    }
    const slow = () => {
      for (const end = performance.now() + 1; performance.now() < end; );
    }
    assert.is(await reasonOf(pool.forEach(1_000_000, slow, { chunkLength: 1, onProgress })), reason)
    try {
      pool.forEachSync(1_000_000, slow, { chunkLength: 1, onProgress })
      assert.unreachable('it went on')
    } catch (error) {
      assert.is(error, reason)
    }
    assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1])
  })

  test('once it has thrown it is not called again, and its first error counts', async () => {
    const pool = await pools.of(2)
    const slow = () => {
      for (const end = performance.now() + 1; performance.now() < end; );
    }
    for (const isSync of [false, true]) {
      let calls = 0
      const onProgress = (): never => {
        throw new Error(`call ${++calls}`)
      }
      const options = { chunkLength: 1, onProgress }
      const call = async () => (isSync ? pool.forEachSync(1_000_000, slow, options) : pool.forEach(1_000_000, slow, options))
      assert.is((await reasonOf(call())).message, 'call 1')
      assert.is(calls, 1)
    }
  })

  test('what it throws in the end does not take the place of what the kernel has thrown', async () => {
    const pool = await pools.of(2)
    const fail = () => {
      throw new Error('of the kernel')
    }
    for (const isSync of [false, true]) {
      let calls = 0
      const onProgress = (): never => {
        throw new Error(`of progress ${++calls}`)
      }
      const call = async () => (isSync ? pool.forEachSync(10, fail, { onProgress }) : pool.forEach(10, fail, { onProgress }))
      assert.is((await reasonOf(call())).message, 'of the kernel')
      assert.is(calls, 1)
    }
  })

  test('what it throws at the end leaves nothing in use: the views of the call can be freed', async () => {
    const pool = await pools.of(2)
    const reason = new Error('enough')
    const xs = allocate(Float64Array, 1_000)
    const onProgress = (): never => {
      throw reason
    }
    assert.is(await reasonOf(pool.forEach(xs, () => {}, { onProgress })), reason)
    segmentOf(xs)!.free()
    assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1])
  })

  test('is called while the region runs', async () => {
    const pool = await pools.of(2)
    const gate = allocate(Int32Array, 1)
    const seen: number[] = []
    await pool.forChunks(
      1_000,
      (chunk, all) => {
        // The last chunk ends when the parent has heard of progress.
        if (chunk.index === 999) while (Atomics.load(all, 0) === 0) Atomics.wait(all, 0, 0, 1)
      },
      {
        args: [gate],
        chunkLength: 1,
        onProgress: ({ done }) => {
          seen.push(done)
          Atomics.store(gate, 0, 1)
        },
      },
    )
    assert.ok(seen.length >= 2 && seen[0]! < 1_000)
    assert.is(seen.at(-1), 1_000)
  })

  test('starts from nothing in every region', async () => {
    const pool = await pools.of(3)
    for (const length of [1, 10, 997, 5]) {
      const seen: Progress[] = []
      await pool.forChunks(length, () => undefined, { chunkLength: 3, onProgress: (now) => seen.push(now) })
      checkMonotone(seen)
      assert.equal([seen.at(-1)!.done, seen.at(-1)!.chunks], [length, Math.ceil(length / 3)])
    }
  })

  test('is that of the region itself to the end, with the next one under way in its place', async () => {
    const pool = await pools.of(1)
    for (let i = 0; i < 10; i++) {
      const seen: Progress[] = []
      const first = pool.forChunks(1_000, () => undefined, { chunkLength: 10, onProgress: (now) => seen.push(now) })
      await Promise.all([first, pool.forChunks(7, () => undefined, { chunkLength: 1 })])
      assert.equal([seen.at(-1)!.done, seen.at(-1)!.chunks], [1_000, 100])
    }
  })

  test('is nothing, in no time, while the region waits for workers', async () => {
    const pool = await pools.of(2)
    const gate = allocate(Int32Array, 1)
    const seen: Progress[] = []
    const hold = pool.run((word) => {
      while (Atomics.load(word, 0) === 0) Atomics.wait(word, 0, 0, 1)
    }, gate)
    const call = pool.spmd(() => undefined, {
      onProgress: (now) => {
        seen.push(now)
        Atomics.store(gate, 0, 1)
      },
    })
    await Promise.all([hold, call])
    assert.equal(seen[0], { done: 0, total: 0, chunks: 0, retries: 0, elapsedMs: 0 })
  })

  test('ends below the total when the region fails', async () => {
    const pool = await pools.of(2)
    const seen: Progress[] = []
    const call = pool.forChunks(
      100,
      (chunk) => {
        if (chunk.index === 3) throw new Error('x')
      },
      { chunkLength: 1, onProgress: (now) => seen.push(now) },
    )
    await reasonOf(call)
    checkMonotone(seen)
    assert.ok(seen.length > 0 && seen.at(-1)!.done <= 100)
  })

  test.run()
}
