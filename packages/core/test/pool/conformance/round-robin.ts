import { allocate, type Backend, type Chunk, createPool } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Pools } from '../support/pools.js'
import { reasonOf } from '../support/reason-of.js'

const sizes = [1, 2, 3, 4, 7, 12, 61]

/**
 * The ranks go from round to round together: nobody ends a chunk before all of its round have begun, or, with the last chunk of a rank, all that
 * there are. So nobody is ever ahead who could take what is another's.
 */
function keepsPace(chunk: Chunk, begun: Int32Array<SharedArrayBuffer>, rankOf: Int32Array<SharedArrayBuffer>, width: number): undefined {
  rankOf[chunk.index] = chunk.rank
  Atomics.add(begun, 0, 1)
  const round = Math.floor(chunk.index / width) + 1
  const wanted = chunk.index + width < rankOf.length ? round * width : rankOf.length
  while (Atomics.load(begun, 0) < wanted);
}

export function roundRobin(backend: Backend): void {
  const test = suite(`${backend}: static with chunkLength`)
  const pools = new Pools(backend)
  test.after(() => pools.close())

  for (const workers of [1, 2, 3]) {
    test(`${workers} workers take blocks in turn where none is slow`, async () => {
      const pool = await pools.of(workers)
      for (const chunks of sizes) {
        const [begun, rankOf] = [allocate(Int32Array, 1), allocate(Int32Array, chunks)]
        await pool.forChunks(3 * chunks - 1, keepsPace, { schedule: 'static', chunkLength: 3, args: [begun, rankOf, workers] })
        const firsts = [...rankOf.subarray(0, workers)]
        assert.is(new Set(firsts).size, firsts.length)
        assert.equal(
          [...rankOf],
          Array.from({ length: chunks }, (_, chunk) => firsts[chunk % workers]),
        )
      }
    })
  }

  test('without chunkLength each worker has one part', async () => {
    const pool = await pools.of(3)
    for (const [length, parts] of [
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 2],
      [101, 3],
    ] as const) {
      const [begun, rankOf] = [allocate(Int32Array, 1), allocate(Int32Array, parts)]
      await pool.forChunks(length, keepsPace, { schedule: 'static', args: [begun, rankOf, 3] })
      assert.is(new Set(rankOf).size, parts)
    }
  })

  test('what a slow worker has left is done by the others', async () => {
    const pool = await pools.of(2)
    const done = allocate(Int32Array, 100)
    await pool.forChunks(
      100,
      (chunk, done) => {
        if (chunk.index === 0) for (let other = 1; other < 100; other++) while (Atomics.load(done, other) === 0);
        Atomics.add(done, chunk.index, 1)
      },
      { schedule: 'static', chunkLength: 1, args: [done] },
    )
    assert.ok(done.every((count) => count === 1))
  })

  test('accumulators are of all chunks', async () => {
    const pool = await pools.of(3)
    const seen = await pool.foldChunks(1_000, (indices: number[], chunk) => void indices.push(chunk.index), {
      schedule: 'static',
      chunkLength: 7,
      init: () => [],
      combine: (a, b) => a.concat(b),
    })
    assert.equal(
      seen.sort((a, b) => a - b),
      [...Array(143).keys()],
    )
  })

  test('a death names the chunk that it was on', async () => {
    const pool = await createPool({ workers: 2, backend })
    const error = await reasonOf<Error & { range?: unknown }>(
      pool.forChunks(
        1_000,
        (chunk) => {
          if (chunk.index === 37) process.exit(3)
        },
        { schedule: 'static', chunkLength: 10 },
      ),
    )
    assert.equal(error.range, { start: 370, end: 380 })
    await pool.close()
  })

  test('a trace has a span for each chunk', async () => {
    const pool = await createPool({ workers: 2, backend, trace: true })
    await pool.forChunks(40, () => undefined, { schedule: 'static', chunkLength: 1 })
    await pool.close()
    const spans = pool.trace().traceEvents.filter(({ cat }) => cat === 'chunks')
    assert.equal(
      spans.map(({ args }) => args!.first as number).sort((a, b) => a - b),
      [...Array(40).keys()],
    )
    assert.ok(spans.every(({ name, args }) => name === `chunk ${args!.first}` && args!.end === (args!.first as number) + 1))
  })

  test.run()
}
