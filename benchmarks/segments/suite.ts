import { fileURLToPath } from 'node:url'
import { limits } from '@shoal/core'
import { compileC } from '../frame/compile-c.js'
import { root } from '../frame/paths.js'
import type { Side, Suite } from '../frame/suite.js'

/** `work` is seconds, for the small segments of each. */
export const suite: Suite = {
  name: 'segments',
  options: { bytes: 2 ** 30, prefaulted: 2 ** 32, count: 10_000 },
  async prepare({ bytes = 0, prefaulted = 0, count = 0 }) {
    const threads = Math.min(limits().cpus, 3) // as many as Shoal takes
    const program = await compileC(new URL('benchmarks/segments/segments.c', root))
    const c = (...args: (string | number)[]): Side => ({ name: 'C', command: [program, ...args.map(String)] })
    const shoal = (mode: string, amount: number, name = 'Shoal'): Side => side(name, 'shoal', mode, amount, program)
    return [
      {
        name: `create and map ${bytes} bytes, reserved`,
        reference: 'C',
        sides: [c('reserve', bytes), shoal('reserve', bytes)],
        targets: [{ side: 'Shoal', reference: 'C', measure: 'work', atMost: 1.2 }],
      },
      {
        name: `create and map ${bytes} bytes, a store into every page`,
        reference: 'C',
        sides: [c('touch', bytes), shoal('touch', bytes)],
        targets: [{ side: 'Shoal', reference: 'C', measure: 'work', atMost: 1.2 }],
      },
      {
        name: `prefault ${prefaulted} bytes with ${threads} threads`,
        reference: 'C',
        sides: [c('prefault', prefaulted, threads), shoal('prefault', prefaulted)],
        targets: [{ side: 'Shoal', reference: 'C', measure: 'work', atMost: 1.15 }],
      },
      {
        name: 'one segment of 1 KiB',
        reference: 'C',
        sides: [c('small', count), shoal('free', count, 'Shoal, create and free'), shoal('drop', count, 'Shoal, allocate and drop')],
        targets: [{ side: 'Shoal, allocate and drop', measure: 'work', atMost: 20e-6 }],
      },
      {
        name: `give ${bytes} bytes to a running worker`,
        reference: 'C',
        sides: [
          c('hand-over', bytes),
          shoal('process', bytes, 'Shoal, a process'),
          shoal('thread', bytes, 'Shoal, a thread'),
          side('structured clone, a thread', 'clone', bytes),
        ],
        targets: [
          { side: 'Shoal, a process', measure: 'work', atMost: 0.005 },
          { side: 'Shoal, a thread', measure: 'work', atMost: 0.001 },
          { side: 'Shoal, a thread', reference: 'structured clone, a thread', measure: 'work', atMost: 1 / 100 },
        ],
      },
    ]
  },
}

function side(name: string, program: string, ...args: (string | number)[]): Side {
  const path = fileURLToPath(new URL(`${program}.js`, import.meta.url))
  return { name, command: [process.execPath, path, ...args.map(String)] }
}
