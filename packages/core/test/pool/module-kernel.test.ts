import { inspect } from 'node:util'
import { createPool, kernelFrom, kernelsFrom, type Pool, ShoalError } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rejection } from '../support/rejection.js'
import { watchdog } from '../support/watchdog.js'

watchdog()
const url = new URL('./fixtures/labels.js', import.meta.url)
const { label, concatenate } = kernelsFrom<typeof import('./fixtures/labels.js')>(url)

for (const backend of ['threads', 'processes'] as const) {
  const test = suite<{ pool: Pool }>(`kernels of modules in ${backend}`)
  test.before(async (context) => {
    context.pool = await createPool({ workers: 2, backend })
  })
  test.after(({ pool }) => pool.close())

  test('run with the imports and constants of their module', async ({ pool }) => {
    assert.equal(await pool.forChunks(3, label, { combine: concatenate, chunkLength: 1, schedule: 'dynamic', args: ['!'] }), [
      'b0!',
      'b2!',
      'b4!',
    ])
  })

  test('are the default export unless a name is given', async ({ pool }) => {
    const count = kernelFrom<typeof import('./fixtures/labels.js').default>(url)
    assert.is(await pool.forChunks(1000, count, { combine: (a, b) => a + b }), 1000)
  })

  test('reject with the exported functions when there is none of that name', async ({ pool }) => {
    const missing = kernelFrom<() => undefined>(url, 'lable')
    const error = await rejection(pool.forChunks(10, missing))
    assert.instance(error, ShoalError)
    assert.is(error.code, 'SHOAL_KERNEL_NOT_FOUND')
    assert.match(error.message, /lable .*fixtures\/labels\.js.*concatenate, default, generate, label, later/)
  })

  test('reject when the export is no function', async ({ pool }) => {
    const error = await rejection(pool.forChunks(10, kernelFrom<() => undefined>(url, 'VERSION')))
    assert.is(error.code, 'SHOAL_KERNEL_NOT_FOUND')
    assert.match(error.message, 'type number')
  })

  test('reject with the cause when the module throws while it loads', async ({ pool }) => {
    const { never } = kernelsFrom<typeof import('./fixtures/throws-on-load.js')>(new URL('./fixtures/throws-on-load.js', import.meta.url))
    const error = await rejection(pool.forChunks(10, never, { combine: (a, b) => a + b }))
    assert.is(error.code, 'SHOAL_KERNEL_MODULE_FAILED')
    assert.instance(error.cause, RangeError)
    assert.match(error.message, 'this module does not load')
  })

  test('reject before they run when they are async, with the way out', async ({ pool }) => {
    const error = await rejection(pool.forChunks(10, kernelFrom<() => undefined>(url, 'later')))
    assert.is(error.code, 'SHOAL_KERNEL_ASYNC')
    assert.match(error.message, /kernel later is async.*run\(\) or broadcast\(\)/)
  })

  test('reject when they are generators', async ({ pool }) => {
    const error = await rejection(pool.forChunks(10, kernelFrom<() => undefined>(url, 'generate')))
    assert.is(error.code, 'SHOAL_KERNEL_GENERATOR')
  })

  test('reject when there is no such module', async ({ pool }) => {
    const error = await rejection(pool.forChunks(10, kernelFrom<() => undefined>(new URL('./fixtures/none.js', import.meta.url))))
    assert.is(error.code, 'SHOAL_KERNEL_MODULE_FAILED')
    assert.is((error.cause as NodeJS.ErrnoException).code, 'ERR_MODULE_NOT_FOUND')
  })

  test.run()
}

const test = suite('kernelsFrom')

test('gives the same kernel for the same name', () => {
  const kernels = kernelsFrom<typeof import('./fixtures/labels.js')>(url)
  assert.is(kernels.label, kernels.label)
  assert.is(kernels.label.name, 'label')
})

test('does not import the module on this side', () => {
  const { never } = kernelsFrom<typeof import('./fixtures/throws-on-load.js')>(new URL('./fixtures/throws-on-load.js', import.meta.url))
  assert.throws(() => never(), /runs in workers only/)
})

test('can be awaited, printed, converted and serialized', async () => {
  const kernels: object = kernelsFrom(url)
  assert.is(await kernels, kernels)
  assert.is(JSON.stringify(kernels), '{}')
  assert.is(String(kernels), '[object Object]')
  assert.is(inspect(kernels), '{}')
})

test('refuses a relative URL', () => {
  assert.throws(() => kernelsFrom('./labels.js'), /Expected an absolute URL.*import\.meta\.url/)
  assert.throws(() => kernelsFrom(3 as never), TypeError)
  assert.throws(() => kernelFrom(url, 3 as never), TypeError)
})

test.run()
