import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { allocate, createPool, Segment } from '@shoal/core'
import { reportSeconds } from '../frame/report-seconds.js'

/** The same as segments.c, compiled as PROGRAM: `shoal.js MODE BYTES-or-COUNT PROGRAM`. */
const modes: Record<string, (amount: number) => number | Promise<number>> = {
  reserve: (bytes) => {
    warm(bytes)
    return timed(() => {
      Segment.create({ kind: 'posix', name: `shoal-benchmark-${process.pid}`, byteLength: bytes }).remove()
    })
  },
  touch: (bytes) => {
    warm(bytes)
    return timed(() => {
      const view = Segment.create({ kind: 'anonymous', byteLength: bytes }).view(Uint8Array)
      for (let at = 0; at < bytes; at += 4096) view[at] = 1
    })
  },
  prefault: async (bytes) => {
    warm(bytes)
    const start = performance.now()
    await Segment.create({ kind: 'anonymous', byteLength: bytes }).prefault()
    return (performance.now() - start) / 1000
  },
  /** Of each. */
  free: (count) =>
    leavingNothing(count, () => {
      for (let i = 0; i < count; i += 1) {
        const segment = Segment.create({ kind: 'anonymous', byteLength: 1024 })
        segment.view(Uint8Array)[0] = 1
        segment.free()
      }
    }),
  drop: (count) =>
    timed(() => {
      for (let i = 0; i < count; i += 1) allocate(Uint8Array, 1024)[0] = 1
    }) / count,
  process: (bytes) => handOver('processes', bytes),
  thread: (bytes) => handOver('threads', bytes),
}

/** Untimed, and by the same program as for C, so that both find the same kind of free pages. */
function warm(bytes: number): void {
  execFileSync(program, ['warm', String(bytes)])
}

function timed(work: () => void): number {
  const start = performance.now()
  work()
  return (performance.now() - start) / 1000
}

/** Memory and descriptors are back at once, mappings after a collection; a few wait for each other, to be unmapped together. */
function leavingNothing(count: number, work: () => void): number {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  collectGarbage()
  const before = held()
  const seconds = timed(work)
  const after = held()
  collectGarbage()
  const { mappings } = held()
  if (after.descriptors > before.descriptors || after.kilobytes > before.kilobytes + 1024 || mappings > before.mappings + 200) {
    throw new Error(`before ${JSON.stringify(before)}, after ${JSON.stringify({ ...after, mappings })}`)
  }
  return seconds / count
}

function held(): { descriptors: number; kilobytes: number; mappings: number } {
  return {
    descriptors: readdirSync('/proc/self/fd').length,
    kilobytes: Number(/RssShmem:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]),
    mappings: readFileSync('/proc/self/maps', 'latin1').split('\n').length,
  }
}

/** From the call to the answer of a worker that runs already and has read the memory, which it sees for the first time. */
async function handOver(backend: 'threads' | 'processes', bytes: number): Promise<number> {
  const view = allocate(Uint8Array, bytes) // first, as in segments.c: so much memory has V8 collect garbage, which belongs to allocating it
  view[5] = 7
  const pool = await createPool({ workers: 1, backend })
  try {
    const read = (view: Uint8Array) => view[5]
    for (let i = 0; i < 3; i += 1) await pool.run(read, allocate(Uint8Array, 4096))
    const start = performance.now()
    const answer = await pool.run(read, view)
    const seconds = (performance.now() - start) / 1000
    if (answer !== 7) throw new Error(`the worker read ${answer}`)
    return seconds
  } finally {
    await pool.close()
  }
}

const [mode = '', amount = '', program = ''] = process.argv.slice(2)
const work = await modes[mode]!(Number(amount))
console.log('done')
reportSeconds({ work })
