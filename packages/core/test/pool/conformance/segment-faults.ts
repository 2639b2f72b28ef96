import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allocate, type Backend, Segment, type ShoalError, segmentOf, textRecords } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Pools } from '../support/pools.js'
import { reasonOf } from '../support/reason-of.js'
import { until } from '../support/until.js'

/** What happens to segments while kernels work on them. */
export function segmentFaults(backend: Backend): void {
  const test = suite(`${backend}: segments that fail under a region`)
  const pools = new Pools(backend)
  const folder = mkdtempSync(join(tmpdir(), 'shoal-faults-'))
  test.after(async () => {
    await pools.close()
    rmSync(folder, { recursive: true })
  })

  test('a file that somebody cuts short ends the region with a sentence, not the process', async () => {
    const pool = await pools.of(2)
    const path = join(folder, 'cut.txt')
    writeFileSync(path, 'a line of text\n'.repeat(1 << 18))
    const words = allocate(Int32Array, 2)
    const call = reasonOf(
      pool.forChunks(
        textRecords(path),
        (chunk, all) => {
          Atomics.store(all, 0, 1)
          while (Atomics.load(all, 1) === 0) Atomics.wait(all, 1, 0, 1)
          let sum = 0
          for (const byte of chunk.view) sum += byte
          return sum
        },
        { args: [words], chunkLength: 1 << 20, combine: (a, b) => a + b },
      ),
    )
    await until(() => Atomics.load(words, 0) === 1)
    truncateSync(path, 4096)
    Atomics.store(words, 1, 1)
    const { code, message } = await call
    assert.is(code, 'SHOAL_SEGMENT_TRUNCATED')
    assert.match(message, `The file '${path}' has been made shorter`)
    assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1])
  })

  test('one that is closed fails the region that is to let in one more worker, and loses no task that has freed that worker', async () => {
    const pool = await pools.of(2)
    const xs = allocate(Float64Array, 100)
    const words = allocate(Int32Array, 3)
    const task = pool.run((all) => {
      while (Atomics.load(all, 0) === 0) Atomics.wait(all, 0, 0, 1)
      return 5
    }, words)
    const region = reasonOf(
      pool.forChunks(
        xs,
        (_, all) => {
          Atomics.store(all, 1, 1)
          while (Atomics.load(all, 2) === 0) Atomics.wait(all, 2, 0, 1)
        },
        { args: [words], chunkLength: 1 },
      ),
    )
    await until(() => Atomics.load(words, 1) === 1)
    segmentOf(xs)!.close()
    Atomics.store(words, 0, 1)
    assert.is(await task, 5)
    Atomics.store(words, 2, 1)
    assert.is((await region).code, 'SHOAL_SEGMENT_CLOSED')
    assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1])
  })

  for (const call of ['a region', 'run'] as const) {
    test(`${call}: a system call that meets what somebody has cut off is told as that, not as EFAULT`, async () => {
      const pool = await pools.of(1)
      const path = join(folder, `cut-${call}.bin`)
      writeFileSync(path, new Uint8Array(8192))
      using segment = Segment.open({ kind: 'file', path })
      const words = allocate(Int32Array, 2)
      const write = ({ view }: { view: Uint8Array }, all: Int32Array, target: string): undefined => {
        Atomics.store(all, 0, 1)
        while (Atomics.load(all, 1) === 0) Atomics.wait(all, 1, 0, 1)
        process.getBuiltinModule('node:fs').writeFileSync(target, view)
        return undefined
      }
      const args = [words, `${path}-copy`] as const
      const done = call === 'run' ? pool.run(write, { view: segment.view(Uint8Array) }, ...args) : pool.forChunks(segment, write, { args })
      const reason = reasonOf<ShoalError & { errors?: NodeJS.ErrnoException[] }>(done)
      await until(() => Atomics.load(words, 0) === 1)
      truncateSync(path, 0)
      Atomics.store(words, 1, 1)
      const { code, cause, errors } = await reason
      const thrown = call === 'run' ? cause : errors?.[0]
      assert.equal([code, (thrown as NodeJS.ErrnoException).code], ['SHOAL_SEGMENT_TRUNCATED', 'EFAULT'])
    })
  }

  test('a store into a readonly segment changes nothing and is reported', async () => {
    const pool = await pools.of(2)
    const path = join(folder, 'readonly.bin')
    writeFileSync(path, new Uint8Array(8192).fill(7))
    const segment = Segment.open({ kind: 'file', path, access: 'readonly' })
    const call = pool.forChunks(segment, (chunk) => {
      chunk.view[0] = 1
      return undefined
    })
    assert.is((await reasonOf(call)).code, 'SHOAL_SEGMENT_READONLY')
    segment.close()
    const again = Segment.open({ kind: 'file', path, access: 'readonly' })
    assert.is(again.view(Uint8Array)[0], 7)
    again.close()
  })

  test('a store into a readonly segment by a task is reported too', async () => {
    const pool = await pools.of(1)
    const path = join(folder, 'readonly-task.bin')
    writeFileSync(path, new Uint8Array(8192).fill(7))
    using segment = Segment.open({ kind: 'file', path, access: 'readonly' })
    const store = (view: Uint8Array) => {
      view[0] = 1
    }
    assert.is((await reasonOf(pool.run(store, segment.view(Uint8Array) as Uint8Array))).code, 'SHOAL_SEGMENT_READONLY')
    assert.is(readFileSync(path)[0], 7)
  })

  test('what is stored into a copyonwrite segment stays with the process: threads see it, processes are given none of it', async () => {
    const path = join(folder, 'private.bin')
    writeFileSync(path, new Uint8Array(8192).fill(7))
    using segment = Segment.open({ kind: 'file', path, access: 'copyonwrite' })
    const view = segment.view(Uint8Array) as Uint8Array<SharedArrayBuffer>
    const pool = await pools.of(2)
    const calls = [
      () => pool.forChunks(view, (chunk) => void chunk.view.fill(8)),
      () => pool.spmd((ctx, given) => void given.fill(9, ctx.rank, ctx.rank + 1), { args: [view] }),
      () => pool.run((given) => void given.fill(10, 2, 3), view),
    ]
    for (const call of calls) {
      if (backend === 'threads') await call()
      else assert.is((await reasonOf(call())).code, 'SHOAL_SEGMENT_PRIVATE')
    }
    assert.equal([...view.subarray(0, 4)], backend === 'threads' ? [9, 9, 10, 8] : [7, 7, 7, 7])
    assert.ok(readFileSync(path).every((byte) => byte === 7))
  })

  test('where the program handles faults itself, no call works on what others can cut short', async () => {
    const pool = await pools.of(2)
    const path = join(folder, 'handled.bin')
    using file = Segment.create({ kind: 'file', path, byteLength: 8192 })
    using posix = Segment.create({ kind: 'posix', name: `shoal-handled-${backend}-${process.pid}`, byteLength: 8192 })
    using anonymous = Segment.create({ kind: 'anonymous', byteLength: 8192 })
    const callsOn = (segment: Segment): (() => unknown)[] => {
      const view = segment.view(Uint8Array)
      return [
        () => pool.forChunks(view, (chunk) => void chunk.view.fill(1)),
        () => pool.forChunksSync(view, (chunk) => void chunk.view.fill(1)),
        () => pool.spmd((_, all) => all.length, { args: [view] }),
        () => pool.run((all) => all.length, view),
      ]
    }
    const codeOf = async (call: () => unknown): Promise<unknown> => (await reasonOf((async () => call())())).code
    const handler = (): void => undefined
    process.on('SIGBUS', handler)
    try {
      for (const segment of [file, posix]) for (const call of callsOn(segment)) assert.is(await codeOf(call), 'SHOAL_SEGMENT_HANDLERS')
      for (const call of callsOn(anonymous)) await call()
    } finally {
      process.off('SIGBUS', handler)
    }
    for (const segment of [file, posix]) for (const call of callsOn(segment)) await call()
  })

  test('a segment can not be freed while a region uses it', async () => {
    const pool = await pools.of(2)
    const segment = Segment.create({ kind: 'anonymous', byteLength: 4096 })
    const gate = segment.view(Int32Array)
    const call = pool.spmd(
      (_, words) => {
        while (Atomics.load(words, 0) === 0) Atomics.wait(words, 0, 0, 1)
      },
      { args: [gate] },
    )
    assert.throws(
      () => segment.free(),
      (error: { code?: string }) => error.code === 'SHOAL_SEGMENT_BUSY',
    )
    Atomics.store(gate, 0, 1)
    await call
    segment.free()
  })

  test('a segment can not be freed while a task uses it, or waits for a worker', async () => {
    const pool = await pools.of(1)
    const gate = allocate(Int32Array, 1)
    const segments = [1, 2].map(() => Segment.create({ kind: 'anonymous', byteLength: 4096 }))
    const calls = segments.map((segment) =>
      pool.run(
        (bytes, words) => {
          while (Atomics.load(words, 0) === 0) Atomics.wait(words, 0, 0, 1)
          return bytes[0]
        },
        segment.view(Uint8Array).fill(7),
        gate,
      ),
    )
    for (const segment of segments) {
      assert.throws(
        () => segment.free(),
        (error: { code?: string }) => error.code === 'SHOAL_SEGMENT_BUSY',
      )
    }
    Atomics.store(gate, 0, 1)
    assert.equal(await Promise.all(calls), [7, 7])
    for (const segment of segments) segment.free()
  })

  test.run()
}
