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
  assert.match(error.message, /'guided' for SHOAL_SCHEDULE but received 'fair'/)
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
  ['a name that is no text', { name: 5 }, TypeError, /a string for name but received 5/],
  ['a signal that is none', { signal: {} }, TypeError, /an AbortSignal for signal/],
  ['a backend that is null', { backend: null }, TypeError, /'threads' or 'processes' for backend but received null/],
  ['a time that is null', { hotMs: null }, TypeError, /a number of milliseconds for hotMs but received null/],
  ['limits that are no object', { resourceLimits: 64 }, TypeError, /an object for resourceLimits/],
  ['a limit in words', { resourceLimits: { stackSizeMb: 'deep' } }, TypeError, /resourceLimits.stackSizeMb but received 'deep'/],
  [
    'a limit of nothing',
    { resourceLimits: { maxOldGenerationSizeMb: 0 } },
    RangeError,
    /from 1 to 1048576 for resourceLimits.maxOldGenerationSizeMb/,
  ],
  ['limits in a list', { resourceLimits: [] }, TypeError, /an object for resourceLimits but received \[\]/],
  // With it Node would end the program.
  ['a stack that nothing fits into', { resourceLimits: { stackSizeMb: 0.1 } }, RangeError, /from 1 to .* for resourceLimits.stackSizeMb/],
  ['a stack without an end', { resourceLimits: { stackSizeMb: 1e20 } }, RangeError, /from 1 to .* for resourceLimits.stackSizeMb/],
  ['half a task in the queue', { maxQueue: 1.5 }, RangeError, /an integer from 0, or Infinity for maxQueue but received 1.5/],
  ['a queue in words', { maxQueue: 'long' }, TypeError, /an integer or 'auto' for maxQueue/],
  ['options in a list', [{ workers: 1 }], TypeError, /an object for options/],
  ['execArgv as one text', { execArgv: '--no-deprecation' }, TypeError, /an array of arguments of node for execArgv/],
  ['an argument that is no text', { execArgv: ['--max-http-header-size', 5] }, TypeError, /a string for execArgv\[1\]/],
  ['an env that is no object', { env: 'A=5' }, TypeError, /an object of strings for env/],
  ['a variable that is no text', { env: { A: 5 } }, TypeError, /a string for env.A/],
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

  test(`env of ${backend} comes to what this process has, and stays as it was given`, async () => {
    const env = { SHOAL_TEST_VALUE: 'first' }
    const pool = await createPool({ workers: 1, backend, env })
    env.SHOAL_TEST_VALUE = 'second'
    await reasonOf(pool.run(() => process.exit(1)))
    // By a worker that was started after that.
    const seen = await pool.run(() => [process.env.SHOAL_TEST_VALUE, process.env.PATH])
    assert.equal(seen, ['first', process.env.PATH])
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
