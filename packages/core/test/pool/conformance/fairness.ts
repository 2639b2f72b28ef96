import { allocate, type Backend } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Pools } from '../support/pools.js'

/** Who gets a worker when several calls want one: counted, not timed. */
export function fairness(backend: Backend): void {
  const test = suite(`${backend}: fairness`)
  const pools = new Pools(backend)
  test.after(() => pools.close())

  test('tasks beside endless regions wait for a region or two at most', async () => {
    const pool = await pools.of(2)
    let regions = 0
    let stop = false
    const endless = (async () => {
      while (!stop) {
        await pool.spmd((ctx) => ctx.barrier())
        regions++
      }
    })()
    const waits: number[] = []
    for (let round = 0; round < 100; round++) {
      const before = regions
      await pool.run(() => 0)
      waits.push(regions - before)
    }
    stop = true
    await endless
    waits.sort((a, b) => a - b)
    assert.ok(waits[98]! <= 3, `99 of 100 tasks saw at most ${waits[98]} regions go by`)
  })

  test('a loop of short regions, whose end the parent looks for on the spot, leaves the event loop its turns', async () => {
    const pool = await pools.of(2)
    let ticks = 0
    const timer = setInterval(() => ticks++, 1)
    for (let region = 0; region < 100_000 && ticks < 5; region++) await pool.spmd(() => 0)
    clearInterval(timer)
    assert.ok(ticks >= 5)
  })

  test('a region beside a long task runs on the workers that are free', async () => {
    const pool = await pools.of(2)
    const gate = allocate(Int32Array, 1)
    const long = pool.run((words: Int32Array<SharedArrayBuffer>) => {
      while (Atomics.load(words, 0) === 0) Atomics.wait(words, 0, 0, 1)
      return 'long'
    }, gate)
    for (let round = 0; round < 5; round++) assert.is(await pool.forChunks(100, (chunk) => chunk.length, { combine: (a, b) => a + b }), 100)
    Atomics.store(gate, 0, 1)
    assert.is(await long, 'long')
  })

  test('a worker that becomes free serves a task that waits, and only then joins a region that has one', async () => {
    const pool = await pools.of(2)
    const words = allocate(Int32Array, 3)
    type Words = Int32Array<SharedArrayBuffer>
    const holding = pool.run((all: Words) => {
      while (Atomics.load(all, 0) === 0) Atomics.wait(all, 0, 0, 1)
    }, words)
    const region = pool.forChunks(
      100,
      (chunk, all) => {
        // No chunk but the first ends before the task has run, and the last ones not before somebody has joined.
        Atomics.or(all, 2, 1 << chunk.rank)
        if (chunk.index > 0) while (Atomics.load(all, 1) === 0) Atomics.wait(all, 1, 0, 1)
        while (chunk.index > 70 && Atomics.load(all, 2) !== 3) Atomics.wait(all, 2, 0, 1)
        return chunk.length
      },
      { chunkLength: 1, args: [words], combine: (a, b) => a + b, timeoutMs: 20_000 },
    )
    const waiting = pool.run((all: Words) => Atomics.store(all, 1, 1), words)
    Atomics.store(words, 0, 1)
    await holding
    assert.is(await region, 100)
    assert.is(await waiting, 1)
  })

  test('an spmd that waits for all ranks is not starved by tasks that come later', async () => {
    const pool = await pools.of(2)
    const ticket = allocate(Int32Array, 1)
    type Words = Int32Array<SharedArrayBuffer>
    const first = pool.run((words: Words) => Atomics.add(words, 0, 1), ticket)
    const all = pool.spmd((_, words) => Atomics.add(words, 0, 1), { args: [ticket] })
    const later = Array.from({ length: 5 }, () => pool.run((words: Words) => Atomics.add(words, 0, 1), ticket))
    assert.is(await first, 0)
    assert.ok(Math.min(...(await all)) <= 1)
    const tickets = await Promise.all(later)
    assert.equal([...(await all), ...tickets].sort(), [1, 2, 3, 4, 5, 6, 7])
    assert.ok(Math.min(...tickets) > Math.min(...(await all)))
  })

  test('a broadcast and tasks share the workers', async () => {
    const pool = await pools.of(2)
    const results = await Promise.all([pool.broadcast(() => 1), pool.run(() => 2), pool.broadcast(() => 3), pool.run(() => 4)])
    assert.equal(results, [[1, 1], 2, [3, 3], 4])
  })

  test.run()
}
