import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fusedLoop } from '#internal/worker/fused-loop.js'
import { KernelCache } from '#internal/worker/kernel-cache.js'

const test = suite('fusedLoop')
const cache = new KernelCache()
let ids = 0

function define(text: string, freeNames: readonly string[] = []): { id: number } {
  const reference = { id: ids++ }
  cache.define(reference, { type: 'source', name: 'kernel', title: 'The kernel (here)', text, isAsync: false, freeNames })
  return reference
}

function defineModule(path: string): { id: number } {
  const reference = { id: ids++ }
  cache.define(reference, { type: 'module', url: new URL('./fixtures/element-kernels.js', import.meta.url).href, path: [path] })
  return reference
}

const numbers = Float64Array.of(1, 2, 3, 4, 5)

test('forEach calls the kernel with element, index and arguments, in its range only', () => {
  const loop = fusedLoop(define('(x, i, seen, by) => { seen.push([x * by, i]) }'), 'forEach', 'Float64Array', undefined, 2, cache)
  const seen: number[][] = []
  loop(numbers, 1, 4, [seen, 10])
  assert.equal(seen, [
    [20, 1],
    [30, 2],
    [40, 3],
  ])
})

test('map stores at the same index, into another type too, or in place', () => {
  const kernel = define('(x, i) => x * 2 + i')
  const into = new Int16Array(5)
  const loop = fusedLoop(kernel, 'map', 'Float64Array', 'Int16Array', 0, cache)
  loop(numbers, into, 1, 3, [])
  assert.equal(into, Int16Array.of(0, 5, 8, 0, 0))
  const own = Float64Array.from(numbers)
  const inPlace = fusedLoop(kernel, 'map', 'Float64Array', 'source', 0, cache)
  inPlace(own, own, 0, 5, [])
  assert.equal(own, Float64Array.of(2, 5, 8, 11, 14))
})

test('map works on bigints', () => {
  const source = BigInt64Array.of(1n, 2n)
  const loop = fusedLoop(define('(x) => x * x'), 'map', 'BigInt64Array', 'BigInt64Array', 0, cache)
  loop(source, source, 0, 2, [])
  assert.equal(source, BigInt64Array.of(1n, 4n))
})

test('reduce folds from what it is given, over elements or over a length', () => {
  const over = fusedLoop(define('(acc, x, i, k) => acc + x * k + i'), 'reduce', 'Float64Array', undefined, 1, cache)
  assert.is(over(100, numbers, 0, 2, [10]), 131)
  const along = fusedLoop(define('(acc, x, i) => acc + x + i'), 'reduce', 'length', undefined, 0, cache)
  assert.is(along(0, undefined, 1, 4, []), 12)
})

test('an empty range calls nothing', () => {
  const loop = fusedLoop(define('(acc) => { throw acc }'), 'reduce', 'length', undefined, 0, cache)
  assert.is(loop(7, undefined, 3, 3, []), 7)
})

test('a kernel has one loop for each element type and number of arguments, made once', () => {
  const kernel = define('(x) => x')
  const loopOf = (type: string, args: number) => fusedLoop(kernel, 'map', type, type, args, cache)
  assert.is(loopOf('Float64Array', 0), loopOf('Float64Array', 0))
  assert.is(new Set([loopOf('Float64Array', 0), loopOf('Float32Array', 0), loopOf('Float64Array', 1)]).size, 3)
})

test('a kernel of a module is called by a loop of its own', async () => {
  const [add, multiply] = [defineModule('add'), defineModule('multiply')]
  for (const kernel of [add, multiply]) await cache.load(kernel)
  const sum = fusedLoop(add, 'reduce', 'Float64Array', undefined, 0, cache)
  const product = fusedLoop(multiply, 'reduce', 'Float64Array', undefined, 0, cache)
  assert.is(sum(0, numbers, 0, 5, []), 15)
  assert.is(product(1, numbers, 0, 5, []), 120)
  assert.is.not(sum, product)
})

test('a promise is refused in every kind of loop', () => {
  const kernel = define('() => Promise.resolve(1)')
  const isRefused = (error: { code?: string }) => error.code === 'SHOAL_KERNEL_ASYNC'
  const into = new Float64Array(5)
  assert.throws(() => fusedLoop(kernel, 'forEach', 'Float64Array', undefined, 0, cache)(numbers, 0, 5, []), isRefused)
  assert.throws(() => fusedLoop(kernel, 'map', 'Float64Array', 'Float64Array', 0, cache)(numbers, into, 0, 5, []), isRefused)
  assert.throws(() => fusedLoop(kernel, 'reduce', 'length', undefined, 0, cache)(0, undefined, 0, 5, []), isRefused)
})

test('names that are not global are refused, those of the loop too', () => {
  for (const name of ['outside', 'source', 'kernel', 'refusePromise']) {
    const kernel = define(`() => ${name}`, [name])
    assert.throws(
      () => fusedLoop(kernel, 'forEach', 'length', undefined, 0, cache),
      (error: { code?: string }) => error.code === 'SHOAL_KERNEL_FREE_NAME',
    )
  }
})

test('V8 inlines the kernel into its loop, and never throws the code away', () => {
  const file = fileURLToPath(new URL('./fixtures/hot-loops.js', import.meta.url))
  const trace = execFileSync(process.execPath, ['--trace-turbo-inlining', '--trace-deopt', file], { encoding: 'utf8' })
  const inlined = trace.split('\n').filter((line) => /^Inlining .*SharedFunctionInfo hot\w+>/.test(line))
  for (const name of ['hotMap', 'hotSum', 'hotEach', 'hotModule'])
    assert.ok(
      inlined.some((line) => line.includes(` ${name}>`)),
      name,
    )
  const thrownAway = trace.split('\n').filter((line) => /deoptimizing \S+ <JSFunction (hot|map|reduce|forEach)/.test(line))
  // Going up to a better compiler in the middle of a loop is no harm.
  assert.equal(
    thrownAway.filter((line) => !line.includes('prepare for on stack replacement')),
    [],
  )
})

test.run()
