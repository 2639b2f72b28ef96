import { createPool, limits, type PoolOptions } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'
import { reasonOf } from './support/reason-of.js'

watchdog()
const test = suite('options of createPool')

async function sizeOf(options?: PoolOptions): Promise<number> {
  const pool = await createPool(options)
  await pool.close()
  return pool.size
}

async function withEnvironment<T>(variables: Record<string, string>, call: () => Promise<T>): Promise<T> {
  const before = { ...process.env }
  Object.assign(process.env, variables)
  try {
    return await call()
  } finally {
    process.env = before
  }
}

test('one worker for each usable CPU, unless told otherwise', async () => {
  assert.is(await withEnvironment({ SHOAL_WORKERS: '' }, () => sizeOf()), limits().cpus)
  assert.is(await sizeOf({ workers: 3 }), 3)
})

test('SHOAL_WORKERS is the default, and the option wins', async () => {
  assert.is(await withEnvironment({ SHOAL_WORKERS: '3' }, () => sizeOf()), 3)
  assert.is(await withEnvironment({ SHOAL_WORKERS: '3' }, () => sizeOf({ workers: 1 })), 1)
  const error = await withEnvironment({ SHOAL_WORKERS: 'many' }, () => reasonOf(createPool()))
  assert.match(error.message, /SHOAL_WORKERS but received 'many'/)
})

test('SHOAL_SCHEDULE is the default of regions', async () => {
  const pool = await createPool({ workers: 2 })
  const chunks = () => pool.forChunks(1_000, () => 1, { combine: (a, b) => a + b })
  assert.is(await chunks(), 1_000)
  assert.is(await withEnvironment({ SHOAL_SCHEDULE: 'static' }, chunks), 2)
  const error = await withEnvironment({ SHOAL_SCHEDULE: 'fair' }, () => reasonOf(chunks()))
  assert.match(error.message, /'guided'/)
  await pool.close()
})

const refused: [string, unknown, ErrorConstructor, RegExp][] = [
  ['0 workers', { workers: 0 }, RangeError, /1 to 1024/],
  ['half a worker', { workers: 1.5 }, RangeError, /workers/],
  ['more workers than there can be', { workers: 1025 }, RangeError, /workers/],
  ['workers in words', { workers: 'two' }, TypeError, /workers/],
  ['an unknown backend', { backend: 'fibers' }, TypeError, /'threads' or 'processes'/],
  ['hotMs below 0', { hotMs: -1 }, RangeError, /hotMs/],
  ['hotMs that is no number', { hotMs: Number.NaN }, RangeError, /hotMs/],
  ['hotMs in words', { hotMs: 'long' }, TypeError, /hotMs/],
  ['options that are no object', null, TypeError, /options/],
]
for (const [what, options, Type, message] of refused) {
  test(`refuses ${what}`, async () => {
    const error = await reasonOf(createPool(options as PoolOptions))
    assert.instance(error, Type)
    assert.match(error.message, message)
  })
}

for (const backend of ['threads', 'processes'] as const) {
  test(`env reaches ${backend}`, async () => {
    const pool = await createPool({ workers: 1, backend, env: { SHOAL_TEST_VALUE: 'from the pool' } })
    assert.equal(await pool.spmd(() => process.env.SHOAL_TEST_VALUE), ['from the pool'])
    await pool.close()
  })

  test(`execArgv reaches ${backend}`, async () => {
    const pool = await createPool({ workers: 1, backend, execArgv: ['--no-deprecation'] })
    assert.equal(await pool.spmd(() => process.execArgv), [['--no-deprecation']])
    await pool.close()
  })

  test(`a worker that does not come up fails the pool of ${backend}, with a code`, async () => {
    const error = await reasonOf(createPool({ workers: 2, backend, execArgv: ['--import=data:text/javascript,process.exit(9)'] }))
    assert.is(error.code, 'SHOAL_POOL_WORKER_FAILED')
    assert.match(error.message, /9/)
  })
}

test.run()
