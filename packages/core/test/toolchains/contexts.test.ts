import { readFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { dirname } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import type * as Library from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('in a context of its own, as test runners such as jest make one for each file')

/** What those runners hand on to the context; classes of the language are the context's own, so that `instanceof` fails for what node makes. */
const context = createContext({
  ...{ Uint8Array, ArrayBuffer, AbortController, AbortSignal, URL, TextDecoder, TextEncoder, DOMException },
  ...{ setTimeout, clearTimeout, setImmediate, queueMicrotask, performance, process, Buffer, console },
})

function loadInContext(name: string): unknown {
  const modules = new Map<string, { exports: unknown }>()
  const load = (path: string): unknown => {
    const known = modules.get(path)
    if (known !== undefined) return known.exports
    const module = { exports: {} as unknown }
    modules.set(path, module)
    const require = createRequire(path)
    const requireHere = (name: string): unknown => {
      const isOurs = !isBuiltin(name) && /\/(core|native)\/bundle\//.test(require.resolve(name))
      return isOurs ? load(require.resolve(name)) : require(name)
    }
    const wrapper = `(function (exports, require, module, __filename, __dirname) {${readFileSync(path, 'utf8')}\n})`
    const run = runInContext(wrapper, context, { filename: path }) as (...args: unknown[]) => void
    run(module.exports, Object.assign(requireHere, { resolve: require.resolve }), module, path, dirname(path))
    return module.exports
  }
  return load(createRequire(import.meta.url).resolve(name))
}

const ours = runInContext('Float64Array', context) as Float64ArrayConstructor
const { allocate, createPool, Mutex, Segment, ShoalError, sum } = loadInContext('@shoal/core') as typeof Library

for (const backend of ['threads', 'processes'] as const) {
  test(`a pool of ${backend} works`, async () => {
    const pool = await createPool({ workers: 2, backend })
    try {
      const xs = allocate(ours, 1000).fill(2)
      assert.is(await sum(pool, xs), 2000)
      assert.is((await pool.spmd((ctx, xs) => ctx.rank + xs[0]!, { args: [xs] })).join(), '2,3')
      assert.is(pool.spmdSync((ctx, given) => ctx.rank + given.xs[0]!, { args: [{ xs }] }).join(), '2,3')
      assert.is(await pool.run((mutex) => mutex.tryLock()?.ownerDied, Mutex.create()), false)
    } finally {
      await pool.close()
    }
  })
}

test('what the machine refuses has its code', () => {
  try {
    Segment.open({ kind: 'posix', name: '/shoal-nobody-has-made-this' })
  } catch (error) {
    assert.instance(error, ShoalError)
    assert.is((error as Library.ShoalError).code, 'SHOAL_SEGMENT_NOT_FOUND')
    return
  }
  assert.unreachable('it was opened')
})

test.run()
