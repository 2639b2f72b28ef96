import { availableParallelism } from 'node:os'
import { type Affinity, type Backend, createPool } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { reasonOf } from '../support/reason-of.js'

/** Which CPUs the workers may run on, as the kernel says: of the thread that runs kernels, and of all threads of its process. */
async function cpusOf(backend: Backend, workers: number, affinity: Affinity): Promise<{ own: string[]; all: string[] }> {
  const pool = await createPool({ workers, backend, affinity })
  try {
    const found = await pool.broadcast(async () => {
      const { readdirSync, readFileSync } = await import('node:fs')
      const allowed = (path: string): string => /^Cpus_allowed_list:\t(.*)$/m.exec(readFileSync(`${path}/status`, 'utf8'))![1]!
      const threads = readdirSync('/proc/self/task').map((thread) => allowed(`/proc/self/task/${thread}`))
      return { own: allowed('/proc/thread-self'), all: [...new Set(threads)].join(' ') }
    })
    return { own: found.map(({ own }) => own), all: found.map(({ all }) => all) }
  } finally {
    await pool.close()
  }
}

export function affinity(backend: Backend): void {
  const test = suite(`${backend}: affinity`)
  const many = availableParallelism() > 1

  test('lists say where each rank runs', async () => {
    const { own, all } = await cpusOf(backend, 2, [[0], [0]])
    assert.equal(own, ['0', '0'])
    if (backend === 'processes') assert.equal(all, ['0', '0'])
    if (many) assert.equal((await cpusOf(backend, 2, [[1], [1, 0]])).own, ['1', '0-1'])
  })

  test('cores gives each rank one CPU, and CPUs more than once only when there are no more', async () => {
    const { own } = await cpusOf(backend, 3, 'cores')
    assert.ok(
      own.every((cpus) => /^\d+$/.test(cpus)),
      String(own),
    )
    assert.is(new Set(own).size, Math.min(3, availableParallelism()))
  })

  test('this thread, and workers by default, run anywhere', async () => {
    const { own } = await cpusOf(backend, 1, 'none')
    await cpusOf(backend, 1, [[0]])
    assert.equal((await cpusOf(backend, 1, 'none')).own, own)
  })

  const refused: [unknown, ErrorConstructor, RegExp][] = [
    ['sockets', TypeError, /'cores'/],
    [[[0]], RangeError, /Expected 2, a list of CPUs for each worker/],
    [[[0], 0], TypeError, /affinity\[1\]/],
    [[[0], []], RangeError, /affinity\[1\]/],
    [[[0], [4711]], RangeError, /may run on/],
  ]
  for (const [asked, Type, message] of refused) {
    test(`refuses ${JSON.stringify(asked)}`, async () => {
      const error = await reasonOf(createPool({ workers: 2, backend, affinity: asked as Affinity }))
      assert.instance(error, Type)
      assert.match(error.message, message)
    })
  }

  test.run()
}
