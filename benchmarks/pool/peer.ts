import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import { FixedThreadPool } from 'poolifier'
import { Tinypool } from 'tinypool'
import workerpool from 'workerpool'
import { reportSeconds } from '../frame/report-seconds.js'

/**
 * Empty tasks on another pool: `peer.js POOL MODE WORKERS TASKS`. `burst` keeps a thousand outstanding, `pingpong` one; `cold` times
 * one that comes after a task on every worker, as the cold regions of Shoal do.
 * `work` is seconds a task; in mode `ready`, of piscina alone, seconds until every worker has answered once.
 */
const [name = '', mode = '', workers = '2', tasks = '20000'] = process.argv.slice(2)
const size = Number(workers)
const count = Number(tasks)

const BURST = 1000

interface Peer {
  run(): Promise<unknown>
  /** One task on every worker at once. */
  meet?(): Promise<unknown>
  end(): Promise<unknown>
}

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const peers: Record<string, () => Peer> = {
  piscina: () => {
    const pool = new Piscina({ filename: file('empty-task.js'), minThreads: size, maxThreads: size })
    const arrived = new Int32Array(new SharedArrayBuffer(4))
    const meet = async () => void (await all(size, () => pool.run({ arrived, workers: size }, { name: 'meet' })))
    return { run: () => pool.run(0), meet, end: () => pool.destroy() }
  },
  tinypool: () => {
    const pool = new Tinypool({ filename: file('empty-task.js'), minThreads: size, maxThreads: size })
    return { run: () => pool.run(0), end: () => pool.destroy() }
  },
  workerpool: () => {
    const pool = workerpool.pool(file('empty-workerpool.js'), { minWorkers: size, maxWorkers: size, workerType: 'thread' })
    return {
      run: () => pool.exec('empty', []) as unknown as Promise<unknown>,
      end: () => pool.terminate(true) as unknown as Promise<unknown>,
    }
  },
  poolifier: () => {
    const pool = new FixedThreadPool<number, number>(size, file('empty-poolifier.js'))
    // What destroy() returns is not always settled, though the threads end.
    const end = async () => void pool.destroy()
    return { run: () => pool.execute(0), end }
  },
}

/** Seconds of the tasks that count. */
const modes: Record<string, (peer: Peer) => Promise<number>> = {
  burst: (peer) =>
    timed(async () => {
      for (let done = 0; done < count; done += BURST) await all(Math.min(BURST, count - done), peer.run)
    }),
  pingpong: (peer) =>
    timed(async () => {
      for (let i = 0; i < count; i++) await peer.run()
    }),
  cold: async (peer) => {
    let seconds = 0
    for (let i = 0; i < count; i++) {
      await all(size, peer.run)
      seconds += await timed(peer.run)
    }
    return seconds
  },
}

const measure = modes[mode]
if (measure === undefined && mode !== 'ready')
  throw new RangeError(`Expected ready or one of ${Object.keys(modes).join(', ')} for MODE but received ${mode}`)
const begun = performance.now()
const peer = peers[name]!()
if (mode === 'ready') await peer.meet!()
const ready = (performance.now() - begun) / 1000
// As many before the clock starts, as for Shoal: what is compared is code that has been optimised.
if (measure !== undefined) await measure(peer)
const work = measure === undefined ? ready : (await measure(peer)) / count
await peer.end()
console.log('done')
reportSeconds({ work })

async function all(length: number, run: () => Promise<unknown>): Promise<void> {
  await Promise.all(Array.from({ length }, run))
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await run()
  return (performance.now() - start) / 1000
}
