import { fileURLToPath } from 'node:url'
import { compileC } from '../frame/compile-c.js'
import { root } from '../frame/paths.js'
import type { Side, Suite } from '../frame/suite.js'

const PEERS = ['piscina', 'tinypool', 'workerpool', 'poolifier'] as const

/** Regions on a cold worker. */
const COLD = 5000

/** `work` is seconds a chunk, task or region, or the whole of `map` and `ready`. */
export const suite: Suite = {
  name: 'pool',
  options: { workers: 2, chunks: 10_000_000, tasks: 20_000, regions: 200_000, elements: 2 ** 25 },
  async prepare({ workers, chunks, tasks, regions, elements }) {
    const openmp = await compileC(new URL('benchmarks/pool/openmp.c', root))
    const shoal = (mode: string, backend: string, count: number | undefined): Side =>
      side(`Shoal, ${backend}`, 'shoal', mode, backend, workers, count)
    const peers = (mode: string, count: number | undefined): Side[] => PEERS.map((peer) => side(peer, 'peer', peer, mode, workers, count))
    return [
      {
        name: `an empty chunk (${chunks}) or task (${tasks})`,
        reference: 'piscina',
        sides: [shoal('chunks', 'threads', chunks), shoal('chunks', 'processes', chunks), ...peers('burst', tasks)],
        targets: [{ side: 'Shoal, threads', reference: 'piscina', measure: 'work', atMost: 1 / 300 }],
      },
      {
        name: 'an empty region, hot',
        reference: 'piscina, one task',
        sides: [
          { ...shoal('region', 'threads', regions), name: 'await spmd, threads' },
          { ...shoal('region', 'processes', regions), name: 'await spmd, processes' },
          { ...shoal('regionSync', 'threads', regions), name: 'spmdSync, threads' },
          { ...shoal('regionSync', 'processes', regions), name: 'spmdSync, processes' },
          { name: 'OpenMP', command: [openmp, `${workers}`, `${regions}`] },
          side('piscina, one task', 'peer', 'piscina', 'pingpong', workers, tasks),
        ],
        // 10 and 3 µs where OpenMP takes 1 µs: a shared machine has hours in which all of them take twice as long.
        targets: [
          { side: 'await spmd, threads', reference: 'OpenMP', measure: 'work', atMost: 10 },
          { side: 'await spmd, processes', reference: 'OpenMP', measure: 'work', atMost: 10 },
          { side: 'spmdSync, threads', reference: 'OpenMP', measure: 'work', atMost: 3 },
          { side: 'spmdSync, processes', reference: 'OpenMP', measure: 'work', atMost: 3 },
        ],
      },
      {
        name: 'the first region on a cold worker',
        reference: 'piscina, one task',
        sides: [
          side('Shoal, threads', 'cold-region', 'threads', workers, 1, COLD),
          side('Shoal, processes', 'cold-region', 'processes', workers, 1, COLD),
          side('Shoal, threads, two workers', 'cold-region', 'threads', workers, 2, COLD),
          side('piscina, one task', 'peer', 'piscina', 'cold', workers, COLD),
        ],
        targets: [{ side: 'Shoal, threads', reference: 'piscina, one task', measure: 'work', atMost: 1.2 }],
      },
      {
        name: `map in place, ${elements} f64`,
        reference: 'JavaScript, one thread',
        sides: [
          shoal('map', 'threads', elements),
          shoal('map', 'processes', elements),
          side('JavaScript, one thread', 'sequential-map', elements),
        ],
        targets: [
          { side: 'Shoal, threads', reference: 'JavaScript, one thread', measure: 'work', atMost: 1 / (0.95 * 2) },
          { side: 'Shoal, processes', reference: 'Shoal, threads', measure: 'work', atMost: 1 / 0.95 },
        ],
      },
      {
        name: 'one task at a time',
        reference: 'piscina',
        sides: [shoal('run', 'threads', tasks), shoal('run', 'processes', tasks), ...peers('pingpong', tasks)],
        targets: [{ side: 'Shoal, threads', reference: 'piscina', measure: 'work', atMost: 1.1 }],
      },
      {
        name: `a pool of ${workers}, ready`,
        reference: 'piscina',
        sides: [
          shoal('ready', 'threads', 0),
          shoal('ready', 'processes', 0),
          side('piscina', 'peer', 'piscina', 'ready', workers, 0),
          side('bare forks', 'two-forks', workers),
        ],
        targets: [
          { side: 'Shoal, threads', reference: 'piscina', measure: 'work', atMost: 1.2 },
          { side: 'Shoal, processes', reference: 'bare forks', measure: 'work', atMost: 1.2 },
        ],
      },
    ]
  },
}

function side(name: string, program: string, ...args: (string | number | undefined)[]): Side {
  const path = fileURLToPath(new URL(`${program}.js`, import.meta.url))
  return { name, command: [process.execPath, path, ...args.map(String)] }
}
