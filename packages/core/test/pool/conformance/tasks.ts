import {
  allocate,
  type Backend,
  Barrier,
  Condition,
  Latch,
  Mutex,
  Once,
  RingQueue,
  RwLock,
  Segment,
  Semaphore,
  SysvBarrier,
  SysvSemaphore,
  share,
} from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Pools } from '../support/pools.js'
import { reasonOf } from '../support/reason-of.js'
import { until } from '../support/until.js'

/** `run`, `broadcast` and `with`. */
export function tasks(backend: Backend): void {
  const test = suite(`${backend}: tasks`)
  const pools = new Pools(backend)
  test.after(() => pools.close())

  test('run passes arguments and brings the result back, of async kernels too', async () => {
    const pool = await pools.of(2)
    assert.is(await pool.run((a: number, b: number) => a + b, 2, 3), 5)
    assert.is(await pool.run(async (text: string) => `${await text}!`, 'so'), 'so!')
    const value = { when: new Date(7), map: new Map([[1n, new Set(['x'])]]), list: [1.5, null, undefined] }
    assert.equal(await pool.run((given: typeof value) => given, value), value)
  })

  test('shared memory goes by reference: views, buffers of segments, segments, sync objects, nested too', async () => {
    const pool = await pools.of(2)
    const xs = share(Float64Array.of(1, 2, 3))
    const segment = Segment.create({ kind: 'anonymous', byteLength: 64 })
    const mutex = Mutex.create()
    const seen = await pool.run(
      (deep: { list: Float64Array[] }, whole: Segment, lock: Mutex) => {
        lock.withLock(() => {
          deep.list[0]![1] = 20
          whole.view(Uint8Array)[3] = 4
        })
        return deep.list[0]!.subarray(1)
      },
      { list: [xs] },
      segment,
      mutex,
    )
    assert.is(xs[1], 20)
    assert.is(segment.view(Uint8Array)[3], 4)
    assert.is(seen.buffer, xs.buffer)
    assert.is(seen.byteOffset, 8)
  })

  test('every kind of sync object goes by reference', async () => {
    const pool = await pools.of(1)
    const given = {
      barrier: Barrier.create({ parties: 2 }),
      condition: Condition.create(),
      latch: Latch.create({ count: 2 }),
      mutex: Mutex.create(),
      once: Once.create(),
      queue: RingQueue.create({ capacityBytes: 64 }),
      lock: RwLock.create(),
      semaphore: Semaphore.create({ permits: 0 }),
      set: SysvSemaphore.create({ values: [0, 0] }),
      meeting: SysvBarrier.create({ parties: 2 }),
    }
    const running = pool.run((it: typeof given) => {
      it.barrier.wait()
      it.meeting.wait()
      it.latch.countDown()
      it.once.run(() => {})
      it.queue.push(Uint8Array.of(7))
      it.lock.read().unlock()
      it.semaphore.release(3)
      it.set.release(4, { index: 1 })
      it.mutex.withLock(() => it.condition.notifyAll())
      it.barrier.detach()
      it.meeting.detach()
      return it
    }, given)
    await given.barrier.waitAsync()
    await given.meeting.waitAsync()
    const back = await running
    assert.is(given.latch.count, 1)
    assert.is(given.once.done, true)
    assert.equal(given.queue.tryPop(), Uint8Array.of(7))
    assert.is(given.semaphore.permits, 3)
    assert.is(given.set.value(1), 4)
    assert.is(given.barrier.parties + given.meeting.parties, 2)
    for (const [name, object] of Object.entries(back)) assert.instance(object, given[name as keyof typeof given].constructor)
    assert.is(back.set.value(1), 4)
    given.set.remove()
    given.meeting.remove()
  })

  test('fresh buffers come back whole, whatever their type', async () => {
    const pool = await pools.of(1)
    assert.equal(await pool.run((n: number) => new Float32Array(n).fill(2), 3), Float32Array.of(2, 2, 2))
    assert.is((await pool.run(() => new ArrayBuffer(9))).byteLength, 9)
    assert.equal(await pool.run(() => new Uint8Array([1, 2, 3, 4]).subarray(1, 3)), Uint8Array.of(2, 3))
  })

  test('what comes back has memory of its own, and nothing beside it', async () => {
    const pool = await pools.of(1)
    for (const length of [3, 20_000]) {
      const views = [
        await pool.run((n: number) => new Float64Array(n).fill(2), length),
        await pool.run((n: number) => new Uint8Array(n).fill(2), length),
        await pool.run((n: number) => new BigInt64Array(n).fill(2n), length),
        new Uint8Array(await pool.run((n: number) => new Uint8Array(n).fill(2).buffer, length)),
      ]
      for (const view of views) {
        assert.equal([view.length, view.byteOffset, view.buffer.byteLength], [length, 0, view.byteLength])
        assert.ok(view.every((value) => Number(value) === 2))
      }
    }
    const data = await pool.run(() => new DataView(new Uint8Array([1, 2]).buffer))
    assert.equal([data.getUint16(0), data.byteOffset, data.buffer.byteLength], [258, 0, 2])
    const resizable = await pool.run(() => new ArrayBuffer(100_000, { maxByteLength: 200_000 }))
    assert.equal([resizable.byteLength, resizable.resizable], [100_000, true])
    assert.is((await pool.run(() => new Uint8Array(0))).length, 0)
    assert.is((await pool.run(() => new ArrayBuffer(0))).byteLength, 0)
  })

  test('a kernel that keeps what it returns can return it again, however large it is', async () => {
    const pool = await pools.of(1)
    const kept = (length: number): Float64Array => {
      const cache = globalThis as { kept?: Record<number, Float64Array> }
      cache.kept ??= {}
      cache.kept[length] ??= new Float64Array(length)
      const kept = cache.kept[length]
      kept[0]!++
      return kept
    }
    const pid = () => [process.pid, process.getBuiltinModule('node:worker_threads').threadId]
    const before = await pool.run(pid)
    for (const length of [10, 100_000]) {
      const results = [await pool.run(kept, length), await pool.run(kept, length), await pool.run(kept, length)]
      assert.equal(
        results.map((result) => [result.length, result[0]]),
        [1, 2, 3].map((count) => [length, count]),
      )
    }
    const wasm = await pool.run(() => {
      const { WebAssembly } = globalThis as unknown as { WebAssembly: { Memory: new (size: object) => { buffer: ArrayBuffer } } }
      return new Uint8Array(new WebAssembly.Memory({ initial: 2 }).buffer)
    })
    assert.is(wasm.length, 131_072)
    assert.equal(await pool.run(pid), before)
  })

  test('a result that has been given away meanwhile is an error of the call, not of the worker', async () => {
    const pool = await pools.of(1)
    const pid = () => [process.pid, process.getBuiltinModule('node:worker_threads').threadId]
    const before = await pool.run(pid)
    const detached = (length: number, asView: boolean): unknown => {
      const view = new Uint8Array(length)
      const { buffer } = view
      structuredClone(buffer, { transfer: [buffer] })
      return asView ? view : buffer
    }
    for (const length of [10, 100_000]) {
      for (const asView of [true, false]) {
        assert.is((await reasonOf(pool.run(detached, length, asView))).code, 'SHOAL_VALUE_UNCLONEABLE')
      }
    }
    assert.equal(await pool.run(pid), before)
  })

  test('broadcast calls the kernel once on each worker', async () => {
    const pool = await pools.of(3)
    const hits = allocate(Int32Array, 1)
    const pids = await pool.broadcast((words: Int32Array<SharedArrayBuffer>) => Atomics.add(words, 0, 1), hits)
    assert.equal(pids.sort(), [0, 1, 2])
  })

  test('what a kernel throws comes back as it was, with the rank; the worker lives on', async () => {
    const pool = await pools.of(1)
    const error = await reasonOf(
      pool.run(() => {
        throw Object.assign(new RangeError('no'), { code: 'E_NO', detail: { a: 1 } })
      }),
    )
    assert.instance(error, RangeError)
    assert.equal([error.message, error.code, (error as { detail?: unknown }).detail, error.rank], ['no', 'E_NO', { a: 1 }, 0])
    assert.is((await reasonOf(pool.run(() => () => 1))).code, 'SHOAL_VALUE_UNCLONEABLE')
    assert.is(await pool.run(() => 1), 1)
  })

  test('more tasks than workers wait their turn, those of higher priority first', async () => {
    const pool = await pools.of(1)
    const order: number[] = []
    const note = (n: number): void => void order.push(n)
    const first = pool.run(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20))
    const low = pool.run((n: number) => n, 1).then(note)
    const high = pool
      .with({ priority: 5 })
      .run((n: number) => n, 2)
      .then(note)
    const higher = pool
      .with({ priority: 9 })
      .run((n: number) => n, 3)
      .then(note)
    assert.is(pool.queueSize, 3)
    await Promise.all([first, low, high, higher])
    assert.equal(order, [3, 2, 1])
    assert.is(pool.queueSize, 0)
  })

  test('the default priority is 0: tasks of a lower one come after it, and equal ones keep their order', async () => {
    const pool = await pools.of(1)
    const order: unknown[] = []
    const call = (priority: number | undefined, name: string): Promise<unknown> => {
      const calls = priority === undefined ? pool : pool.with({ priority })
      return calls.run((n: string) => n, name).then((n) => order.push(n))
    }
    const first = pool.run(() => 1)
    const others = [call(-1, 'low'), call(undefined, 'a'), call(1, 'high'), call(-5, 'lowest'), call(0, 'b'), call(1, 'high too')]
    await Promise.all([first, ...others])
    assert.equal(order, ['high', 'high too', 'a', 'b', 'low', 'lowest'])
    assert.throws(() => pool.with({ priority: Number.NaN }), /for priority/)
  })

  test('beyond maxQueue a task is refused', async () => {
    const own = new Pools(backend, { maxQueue: 1 })
    const pool = await own.of(1)
    const running = pool.run(() => 1)
    const waiting = pool.run(() => 2)
    assert.ok(pool.needsDrain)
    assert.is((await reasonOf(pool.run(() => 3))).code, 'SHOAL_POOL_QUEUE_FULL')
    assert.equal(await Promise.all([running, waiting]), [1, 2])
    assert.not(pool.needsDrain)
    await own.close()
  })

  test('a signal takes back a task that waits, and ends one that runs; the worker is replaced', async () => {
    const pool = await pools.of(1)
    const [running, waiting] = [new AbortController(), new AbortController()]
    const endless = pool.with({ signal: running.signal }).run(() => {
      for (;;);
    })
    const queued = pool.with({ signal: waiting.signal }).run(() => 1)
    waiting.abort(new Error('not any more'))
    assert.is((await reasonOf(queued)).message, 'not any more')
    running.abort(new Error('stop'))
    assert.is((await reasonOf(endless)).message, 'stop')
    assert.is(await pool.run(() => 7), 7)
  })

  test('a task that is aborted as it ends does not take the next one with it', async () => {
    const pool = await pools.of(1)
    for (let i = 0; i < 20; i++) {
      const controller = new AbortController()
      const gate = allocate(Int32Array, 2)
      const first = pool.with({ signal: controller.signal }).run((words) => {
        Atomics.store(words, 0, 1)
        while (Atomics.load(words, 1) === 0);
      }, gate)
      const next = first.catch(() => undefined).then(() => pool.run(() => 7))
      await until(() => Atomics.load(gate, 0) === 1)
      Atomics.store(gate, 1, 1)
      const end = performance.now() + i / 50
      while (performance.now() < end);
      controller.abort()
      assert.is(await next, 7)
    }
  })

  test('a task that takes too long is ended', async () => {
    const pool = await pools.of(1)
    const endless = pool.with({ timeoutMs: 50 }).run(() => {
      for (;;);
    })
    assert.is((await reasonOf(endless)).code, 'SHOAL_TASK_TIMEOUT')
    assert.is(await pool.run(() => 7), 7)
  })

  test('a worker that ends in a task fails that task alone', async () => {
    const pool = await pools.of(2)
    const dying = reasonOf(pool.run(() => process.exit(3)))
    const other = pool.run(() => 5)
    const error = await dying
    assert.is(error.code, 'SHOAL_TASK_WORKER_DIED')
    assert.is(await other, 5)
    assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1])
  })

  test('transfer is a list, and options are an object', async () => {
    const pool = await pools.of(1)
    assert.throws(() => pool.with(5 as never), /an object for options but received 5/)
    assert.throws(() => pool.with({ transfer: new ArrayBuffer(8) as never }), /an array of buffers for transfer/)
    assert.throws(() => pool.with({ priority: 'high' as never }), /a number for priority but received 'high'/)
    const [one, shared] = [new ArrayBuffer(8), allocate(Uint8Array, 8)]
    for (const wrong of [5, {}, new Uint8Array(one), shared, shared.buffer]) {
      assert.throws(() => pool.with({ transfer: [one, wrong] as never }), /an ArrayBuffer, .* for transfer\[1\]/)
    }
    assert.throws(() => pool.with({ transfer: [one, one] }), /not in the list yet for transfer\[1\]/)
    assert.is(await pool.with({ transfer: [one] }).run((given: ArrayBuffer) => given.byteLength, one), 8)
  })

  test('a broadcast to several workers refuses to transfer, and leaves the buffers with the program', async () => {
    const bytes = new Uint8Array([1, 2, 3])
    const read = (given: Uint8Array) => given.length
    const several = await pools.of(2)
    const error = await reasonOf(several.with({ transfer: [bytes.buffer] }).broadcast(read, bytes))
    assert.instance(error, RangeError)
    assert.match(error.message, /no buffers in a broadcast to 2 workers, .* for transfer but received/)
    assert.equal(await several.with({ transfer: [] }).broadcast(read, bytes), [3, 3])
    const alone = await pools.of(1)
    assert.equal(await alone.with({ transfer: [bytes.buffer] }).broadcast(read, bytes), [3])
  })

  test('a buffer that has been transferred before is refused when the call is made, an empty one is not', async () => {
    const pool = await pools.of(1)
    const read = (given: ArrayBuffer) => given.byteLength
    const gone = new ArrayBuffer(8)
    structuredClone(gone, { transfer: [gone] })
    const empty = new ArrayBuffer(0)
    const error = await reasonOf(pool.with({ transfer: [empty, gone] }).run(read, empty))
    assert.instance(error, RangeError)
    assert.match(error.message, /a buffer that has not been transferred before for transfer\[1\] but received ArrayBuffer \{ \(detached\)/)
    assert.is(await pool.with({ transfer: [empty] }).run(read, empty), 0)
  })

  if (backend === 'threads') {
    test('transferred buffers change hands', async () => {
      const pool = await pools.of(1)
      const bytes = new Uint8Array([1, 2, 3])
      const length = await pool.with({ transfer: [bytes.buffer] }).run((given: Uint8Array) => given.length, bytes)
      assert.is(length, 3)
      assert.is(bytes.byteLength, 0)
    })

    test('arguments are taken when the call is made, though the task has to wait', async () => {
      const pool = await pools.of(1)
      const kernel = (given: { n: number }, bytes: Uint8Array) => [given.n, bytes[0]]
      const given = { n: 0 }
      const bytes = new Uint8Array(8)
      const plain = new Uint8Array(new SharedArrayBuffer(8)).fill(5)
      const calls: Promise<(number | undefined)[]>[] = []
      for (const n of [0, 1, 2]) {
        given.n = n
        bytes[0] = n
        const own = new Uint8Array([n])
        calls.push(
          pool.run(kernel, given, bytes),
          pool.with({ transfer: [own.buffer] }).run(kernel, given, own),
          pool.run(kernel, given, plain),
        )
        assert.is(own.byteLength, 0)
      }
      const expected = [0, 1, 2].flatMap((n) => [
        [n, n],
        [n, n],
        [n, 5],
      ])
      assert.equal(await Promise.all(calls), expected)
    })

    test('a call that is refused for want of room leaves the buffers with the program', async () => {
      const own = new Pools(backend, { maxQueue: 0 })
      const pool = await own.of(1)
      const running = pool.run(() => 1)
      const buffer = new ArrayBuffer(8)
      const refused = reasonOf(pool.with({ transfer: [buffer] }).run((given: ArrayBuffer) => given.byteLength, buffer))
      assert.is((await refused).code, 'SHOAL_POOL_QUEUE_FULL')
      assert.is(buffer.byteLength, 8)
      await running
      await own.close()
    })

    test('plain shared memory goes by reference, nested too, beside that of segments', async () => {
      const pool = await pools.of(1)
      const plain = new SharedArrayBuffer(16)
      const xs = share(Int32Array.of(1))
      type Given = { list: Int32Array[]; buffer: SharedArrayBuffer }
      const kernel = (given: Given, own: Int32Array) => {
        given.list[0]![1] = 7
        new Int32Array(given.buffer)[2] = 8
        own[0] = 9
      }
      await pool.run(kernel, { list: [new Int32Array(plain)], buffer: plain }, xs)
      assert.equal([...new Int32Array(plain)], [0, 7, 8, 0])
      assert.is(xs[0], 9)
    })

    test('what can not be cloned beside what is transferred is an error of the call, not of the worker, and leaves all with the program', async () => {
      const pool = await pools.of(1)
      const thread = () => process.getBuiltinModule('node:worker_threads').threadId
      const before = await pool.run(thread)
      const one = new ArrayBuffer(8)
      const error = await reasonOf(pool.with({ transfer: [one] }).run((value: unknown) => value, { one, call: () => 1 }))
      assert.is(error.code, 'SHOAL_VALUE_UNCLONEABLE')
      assert.is(one.byteLength, 8)
      assert.is(await pool.run(thread), before)
    })
  } else {
    test('plain shared memory is refused, which reaches no process', async () => {
      const pool = await pools.of(1)
      const error = await reasonOf(pool.run((given: SharedArrayBuffer) => given.byteLength, new SharedArrayBuffer(8)))
      assert.is(error.code, 'SHOAL_VALUE_UNCLONEABLE')
      assert.match(error.message, 'allocate()')
    })
  }

  test.run()
}
