import { fileURLToPath } from 'node:url'
import { compileC } from '../frame/compile-c.js'
import { root } from '../frame/paths.js'
import type { Comparison, Side, Suite } from '../frame/suite.js'

/** `work` is seconds: a phase, a lock and unlock, a hand-over, a record. */
export const suite: Suite = {
  name: 'sync',
  options: { phases: 200_000, crowd: 20_000, locks: 3_000_000, handOvers: 10_000, records: 3_000_000, messages: 100_000 },
  async prepare({ phases = 0, crowd = 0, locks = 0, handOvers = 0, records = 0, messages = 0 }) {
    const program = await compileC(new URL('benchmarks/sync/sync.c', root))
    const c = (name: string, ...args: (string | number)[]): Side => ({ name, command: [program, ...args.map(String)] })
    const shoal = (...args: (string | number)[]): Side => script('Shoal', 'shoal', ...args)
    const peer = (...args: (string | number)[]): Side => ({
      ...script('multithreading', 'multithreading', ...args),
      missing: 'withResolvers' in Promise ? undefined : 'the package needs Node 22',
    })
    const pair = (backend: string): Comparison => ({
      name: `barrier of 2 ${backend}`,
      reference: 'C, spin then futex',
      sides: [
        c('C, spin then futex', 'barrier', 'spin', backend, 2, phases),
        c('C, pthread_barrier', 'barrier', 'pthread', backend, 2, phases / 10),
        shoal('barrier', backend, 2, phases),
        ...(backend === 'threads' ? [peer('barrier', phases / 10)] : []),
      ],
      targets: [
        { side: 'Shoal', reference: 'C, spin then futex', measure: 'work', atMost: 1.5 },
        { side: 'Shoal', reference: 'C, pthread_barrier', measure: 'work', atMost: 1 },
      ],
    })
    return [
      pair('threads'),
      pair('processes'),
      {
        name: 'barrier of 8 threads',
        reference: 'C, futex',
        sides: [c('C, futex', 'barrier', 'futex', 'threads', 8, crowd), shoal('barrier', 'threads', 8, crowd)],
        targets: [{ side: 'Shoal', reference: 'C, futex', measure: 'work', atMost: 1.5 }],
      },
      {
        name: 'mutex that nobody else wants, lock and unlock',
        reference: 'C, robust pthread_mutex',
        sides: [c('C, robust pthread_mutex', 'mutex', locks), shoal('mutex', 'threads', 1, locks), peer('mutex', locks / 10)],
      },
      {
        name: 'hand-over between two processes by semaphores',
        reference: 'C, futex',
        sides: [
          c('C, futex', 'hand-over', handOvers),
          { ...shoal('handOverAsleep', 'processes', 2, handOvers), name: 'Shoal, asleep' },
          shoal('handOver', 'processes', 2, handOvers),
        ],
        targets: [
          { side: 'Shoal, asleep', reference: 'C, futex', measure: 'work', atMost: 1.3 },
          { side: 'Shoal', reference: 'C, futex', measure: 'work', atMost: 1.3 },
        ],
      },
      {
        name: 'records of 64 bytes between two processes',
        reference: 'process.send',
        sides: [script('process.send', 'send', messages), shoal('ring', 'processes', 2, records)],
        targets: [{ side: 'Shoal', reference: 'process.send', measure: 'work', atMost: 1 / 20 }],
      },
    ]
  },
}

function script(name: string, program: string, ...args: (string | number)[]): Side {
  return { name, command: [process.execPath, fileURLToPath(new URL(`${program}.js`, import.meta.url)), ...args.map(String)] }
}
