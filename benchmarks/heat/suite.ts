import { fileURLToPath } from 'node:url'
import { compileC } from '../frame/compile-c.js'
import { root } from '../frame/paths.js'
import type { Output, Suite, Trial } from '../frame/suite.js'

const example = fileURLToPath(new URL('packages/examples/dist/heat/main.js', root))
const sequential = fileURLToPath(new URL('sequential.js', import.meta.url))

/** `work` is the steps alone on every side: the grids are allocated and filled, the pool is there. */
export const suite: Suite = {
  name: 'heat',
  options: { size: 4000, steps: 100, workers: 2 },
  async prepare({ size, steps, workers }) {
    const c = await compileC(new URL('benchmarks/heat/heat.c', root))
    const shoal = (backend: string) => ({
      name: `Shoal, ${backend}`,
      command: [process.execPath, example, `--size=${size}`, `--steps=${steps}`, `--workers=${workers}`, `--backend=${backend}`] as const,
      read: readExample,
    })
    return [
      {
        name: `heat, ${size} × ${size}, ${steps} steps`,
        reference: 'C/OpenMP',
        sides: [
          { name: 'C/OpenMP', command: [c, `${size}`, `${steps}`, `${workers}`] },
          shoal('threads'),
          shoal('processes'),
          { name: 'JavaScript, one thread', command: [process.execPath, sequential, `${size}`, `${steps}`] },
        ],
      },
    ]
  },
}

function readExample({ stdout }: Output): Trial {
  const match = /: ([\d.]+) s, checksum (\w+)/.exec(stdout)
  if (match === null) throw new Error(`Expected the line of the heat example but received ${JSON.stringify(stdout)}`)
  return { result: `${match[2]}\n`, seconds: { work: Number(match[1]) } }
}
