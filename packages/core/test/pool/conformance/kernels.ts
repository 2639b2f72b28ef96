import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Backend, type Context, createPool, kernelFrom, kernelsFrom } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { moduleKernel } from '#internal/pool/index.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import type * as fixtures from '../fixtures/stateful-kernels.js'
import { Pools } from '../support/pools.js'
import { reasonOf } from '../support/reason-of.js'

const url = new URL('../fixtures/stateful-kernels.js', import.meta.url)
const { scaled, add, callsSoFar } = kernelsFrom<typeof fixtures>(url)
type RankKernel = (ctx: Context) => number

export function kernels(backend: Backend): void {
  const test = suite(`${backend}: kernels`)
  const pools = new Pools(backend)
  test.after(() => pools.close())

  test('arrow functions, functions, methods of objects and of classes all run', async () => {
    const pool = await pools.of(1)
    const object = {
      method(ctx: Context) {
        return ctx.size + 1
      },
      'odd name!'(ctx: Context) {
        return ctx.size + 2
      },
      computed(ctx: Context) {
        return ctx.size + 3
      },
    }
    class Holder {
      factor = 4
      static kernel(ctx: Context) {
        return ctx.size + 4
      }
    }
    const all: [RankKernel, number][] = [
      [(ctx) => ctx.size, 1],
      [(ctx): number => ({ value: ctx.size }).value, 1],
      [
        function named(ctx: Context) {
          return ctx.size
        },
        1,
      ],
      [object.method, 2],
      [object['odd name!'], 3],
      [object.computed, 4],
      [Holder.kernel, 5],
    ]
    for (const [kernel, expected] of all) assert.equal(await pool.spmd(kernel), [expected], String(kernel))
  })

  test('what is no function is refused, by a pool that has seen none yet as well', async () => {
    const pool = await createPool({ workers: 1, backend })
    for (const kernel of [undefined, null, 'x']) {
      for (const call of [() => pool.spmd(kernel as never), () => pool.spmdSync(kernel as never), () => pool.run(kernel as never)])
        assert.match((await reasonOf(Promise.resolve().then(call))).message, /^Expected a function for kernel but received/)
    }
    await pool.close()
  })

  test('import() finds packages and files from the working directory', async () => {
    const folder = temporaryFolder()
    const before = process.cwd()
    mkdirSync(join(folder, 'node_modules/anchovy'), { recursive: true })
    writeFileSync(join(folder, 'node_modules/anchovy/package.json'), '{ "type": "module", "exports": "./main.js" }')
    writeFileSync(join(folder, 'node_modules/anchovy/main.js'), 'export const name = "anchovy"')
    process.chdir(folder)
    const pool = await createPool({ workers: 1, backend })
    try {
      const name = await pool.run(async () => {
        const packageName = 'anchovy'
        return [(await import(packageName)).name, (await import(`./node_modules/${packageName}/main.js`)).name]
      })
      assert.equal(name, ['anchovy', 'anchovy'])
    } finally {
      process.chdir(before)
      await pool.close()
    }
  })

  test('what a function says of itself is not its source', async () => {
    const pool = await pools.of(1)
    const odd = Object.defineProperty((ctx: Context) => ctx.size, 'name', { value: 42 })
    odd.toString = () => '() => 7'
    assert.equal(await pool.spmd(odd), [1])
  })

  test('kernels run in strict mode', async () => {
    const pool = await pools.of(1)
    const error = await reasonOf(
      pool.spmd(() => {
        const frozen: { value: number } = Object.freeze({ value: 1 })
        frozen.value = 2
      }),
    )
    assert.instance(error, TypeError)
  })

  test('a kernel with destructuring, defaults and rest parameters gets what it names', async () => {
    const pool = await pools.of(1)
    const results = await pool.spmd(({ rank }: Context, { a = 5 }: { a?: number }, ...rest: number[]) => [rank, a, rest] as const, {
      args: [{}, 1, 2],
    })
    assert.equal(results, [[0, 5, [1, 2]]])
  })

  test('the same source is one kernel, two sources are two', async () => {
    const pool = await pools.of(2)
    for (let round = 0; round < 3; round++) {
      assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1])
      assert.equal(await pool.spmd((ctx) => ctx.rank * 10), [0, 10])
    }
  })

  test('kernels of modules use their imports and the state of their worker', async () => {
    const pool = await pools.of(2)
    const total = await pool.forChunks(100, scaled, { chunkLength: 1, combine: add })
    assert.is(total, 600)
    const calls = await pool.spmd(callsSoFar)
    assert.is(
      calls.reduce((a, b) => a + b),
      100,
    )
  })

  test('a kernel may lie deep in its module, or be its default', async () => {
    const pool = await pools.of(2)
    assert.equal(await pool.spmd(moduleKernel<RankKernel>(url.href, ['nested', 'deep', 'rank'])), [0, 1])
    assert.equal(await pool.spmd(kernelFrom<typeof fixtures.default>(url)), [2, 2])
  })

  test('module and inline kernels mix in one call', async () => {
    const pool = await pools.of(2)
    const total = await pool.foldChunks(10, (acc, chunk) => acc + chunk.length, {
      init: () => 0,
      combine: add,
    })
    assert.is(total, 10)
  })

  test('what can not travel as source is refused, and the pool works on', async () => {
    const pool = await pools.of(2)
    for (const kernel of [42, 'x', null]) assert.instance(await reasonOf(pool.spmd(kernel as never)), TypeError)
    for (const kernel of [Math.max, ((ctx: Context) => ctx.rank).bind(null), class {}]) {
      assert.match((await reasonOf(pool.spmd(kernel as never))).code as string, /^SHOAL_KERNEL_/)
    }
    assert.equal(await pool.spmd((ctx) => ctx.rank), [0, 1])
  })

  test('async kernels and kernels that return a promise are refused, and the message names the way out', async () => {
    const pool = await pools.of(2)
    for (const kernel of [async () => 1, () => Promise.resolve(1)]) {
      for (const call of [() => pool.spmd(kernel as never), () => pool.forChunks(10, kernel as never)]) {
        const error = await reasonOf(call())
        assert.is(error.code, 'SHOAL_KERNEL_ASYNC')
        assert.match(error.message, /run\(\)/)
      }
    }
  })

  test.run()
}
