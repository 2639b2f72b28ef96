import { type Backend, type Chunk, createPool, kernelsFrom, type Pool, share } from '@shoal/core'

const { label, join } = kernelsFrom<typeof import('./kernels.js')>(new URL('./kernels.js', import.meta.url))

const object = {
  longest(chunk: Chunk): number {
    return chunk.length
  },
}

/** Calls by name, each with kernels that toolchains write in another way. */
export const calls = {
  arrow: (pool: Pool) => pool.forChunks(1000, (chunk) => chunk.length, { combine: (a, b) => a + b }),

  method: (pool: Pool) => pool.forChunks(1000, object.longest, { combine: (a, b) => Math.max(a, b), chunkLength: 1000 }),

  innerNames: (pool: Pool) =>
    pool.forChunks(
      share(Float64Array.of(1, 2, 3, 4)),
      function squares(chunk) {
        const square = (x: number): number => x ** 2
        class Total {
          value = 0
          add(x: number): this {
            this.value += square(x)
            return this
          }
        }
        const total = new Total()
        for (const x of chunk.view) total.add(x)
        return total.value
      },
      { combine: (a, b) => a + b },
    ),

  newSyntax: (pool: Pool) =>
    pool.foldChunks(
      10,
      (seen, chunk, { step = 2 }: { step?: number }) => {
        for (let i = chunk.start; i < chunk.end; i += step) seen.set(i, (seen.get(i) ?? 0) + 1)
        return seen
      },
      {
        init: () => new Map<number, number>(),
        combine: (a, b) => {
          for (const [key, count] of b) a.set(key, (a.get(key) ?? 0) + count)
          return a
        },
        args: [{ step: 1 }],
      },
    ),

  ranks: (pool: Pool) => pool.spmd((ctx, offset) => ctx.rank + offset, { args: [10] }),

  elements: async (pool: Pool) => {
    const doubled = await pool.map(share(Int32Array.of(1, 2, 3)), (x, i, factor) => x * factor + i, { args: [2] })
    return pool.reduce(doubled, (acc, x) => acc + x, { identity: 0, combine: (a, b) => a + b })
  },

  task: (pool: Pool) =>
    pool.run(async (path) => {
      const { basename } = await import('node:path')
      return basename(path)
    }, '/some/file'),

  module: (pool: Pool) => pool.forChunks(3, label, { combine: join, chunkLength: 1, schedule: 'dynamic' }),
} satisfies Record<string, (pool: Pool) => Promise<unknown>>

/** What each call returned, or the code of the error that it rejected with. */
export async function outcomes(backend: Backend): Promise<Record<string, unknown>> {
  await using pool = await createPool({ workers: 2, backend })
  const results: Record<string, unknown> = {}
  for (const [name, call] of Object.entries(calls)) {
    try {
      const value = await call(pool)
      results[name] = value instanceof Map ? value.size : value
    } catch (error) {
      results[name] = (error as { code?: string }).code ?? String(error)
    }
  }
  return results
}
