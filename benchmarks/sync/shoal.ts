import { type Affinity, Barrier, createPool, Mutex, RingQueue, Semaphore } from '@shoal/core'
import { reportSeconds } from '../frame/report-seconds.js'

/** The same as sync.c, and the ring: `shoal.js MODE BACKEND MEMBERS COUNT`; seconds each. */
type Backend = 'threads' | 'processes'
const modes: Record<string, (backend: Backend, members: number, count: number) => Promise<number>> = {
  async barrier(backend, members, count) {
    const pool = await createPool({ workers: members, backend })
    const barrier = Barrier.create({ parties: members })
    const seconds = await pool.broadcast(meet, barrier, count)
    await pool.close()
    return Math.max(...seconds) / count
  },
  async mutex(_backend, _members, count) {
    const mutex = Mutex.create()
    for (let i = 0; i < 100_000; i += 1) mutex.lock().unlock()
    const start = performance.now()
    for (let i = 0; i < count; i += 1) mutex.lock().unlock()
    return (performance.now() - start) / 1_000 / count
  },
  handOver: (backend, _members, count) => handOver(backend, 'none', count),
  // A process with one CPU does not spin, so each sleeps until it is woken.
  handOverAsleep: (backend, _members, count) => handOver(backend, [[0], [1]], count),
  async ring(backend, _members, count) {
    const pool = await createPool({ workers: 2, backend })
    const queue = RingQueue.create({ capacityBytes: 1 << 20 })
    const [, seconds] = await Promise.all([pool.run(produce, queue, count), pool.run(consume, queue, count)])
    await pool.close()
    return seconds / count
  },
}

async function handOver(backend: Backend, affinity: Affinity, count: number): Promise<number> {
  const pool = await createPool({ workers: 2, backend, affinity })
  const [ping, pong] = [Semaphore.create({ permits: 1 }), Semaphore.create({ permits: 0 })]
  const seconds = await Promise.all([pool.run(pass, ping, pong, count), pool.run(pass, pong, ping, count)])
  await pool.close()
  return Math.max(...seconds) / count
}

function meet(barrier: Barrier, phases: number): number {
  for (let i = 0; i < 1_000; i += 1) barrier.wait()
  const start = performance.now()
  for (let i = 0; i < phases; i += 1) barrier.wait()
  return (performance.now() - start) / 1_000
}

function pass(mine: Semaphore, other: Semaphore, count: number): number {
  const start = performance.now()
  for (let i = 0; i < count; i += 1) {
    mine.acquire()
    other.release()
  }
  return (performance.now() - start) / 1_000
}

function produce(queue: RingQueue, count: number): void {
  const record = new Uint8Array(64)
  for (let i = 0; i < count; i += 1) {
    record[0] = i
    queue.push(record)
  }
}

function consume(queue: RingQueue, count: number): number {
  const record = new Uint8Array(64)
  queue.popInto(record)
  const start = performance.now()
  for (let i = 1; i < count; i += 1) {
    if (queue.popInto(record) !== 64 || record[0] !== (i & 0xff)) throw new Error(`record ${i} is not the one that was pushed`)
  }
  return (performance.now() - start) / 1_000
}

const [mode = '', backend = 'threads', members = '2', count = '1'] = process.argv.slice(2)
const seconds = await modes[mode]?.(backend as Backend, Number(members), Number(count))
if (seconds === undefined) throw new Error(`Expected one of ${Object.keys(modes).join(', ')} but received '${mode}'`)
console.log('done')
reportSeconds({ work: seconds })
