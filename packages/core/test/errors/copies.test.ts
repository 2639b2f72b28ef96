import { cpSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { allocate, createPool, type kernelsFrom, type Mutex, type Pool, type Segment, ShoalError } from '@shoal/core'
import { sum } from '@shoal/core/algorithms'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { reasonOf } from '../pool/support/reason-of.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'

watchdog()

type Library = typeof import('@shoal/core')

const here = fileURLToPath(new URL('../..', import.meta.url))
const there = realpathSync(temporaryFolder())
const add = { combine: (a: number, b: number) => a + b }

let copied: Library | undefined

/** Another copy of the library, as a package would bring that needs another version. */
function copyLibrary(): Library {
  for (const name of ['bundle', 'package.json']) cpSync(join(here, name), join(there, name), { recursive: true })
  mkdirSync(join(there, 'node_modules/@shoal'), { recursive: true })
  symlinkSync(join(here, 'node_modules/@shoal/native'), join(there, 'node_modules/@shoal/native'))
  return createRequire(import.meta.url)(there) as Library
}

for (const backend of ['threads', 'processes'] as const) {
  const test = suite<{ pool: Pool; other: Library }>(`a pool of ${backend} of one copy of the library, and what another has made`)

  test.before(async (context) => {
    context.pool = await createPool({ workers: 2, backend })
    const { message } = await reasonOf(context.pool.forChunks({} as never, () => undefined))
    if (backend === 'threads') assert.not.match(message, /copies/, 'one copy alone')
    copied ??= copyLibrary()
    context.other = copied
  })
  test.after(({ pool }) => pool.close())

  const says = (error: Error) =>
    assert.match(error.message, new RegExp(`; this program has loaded 2 copies of @shoal/core \\(.*, ${there}\\)`))

  test('views, segments, sources and pools are refused, and the error says that there are two', async ({ pool, other }) => {
    const xs = other.allocate(Float64Array, 8)
    says(await reasonOf(pool.forChunks(xs, ({ view }) => view.length, add)))
    says(await reasonOf(pool.map(allocate(Float64Array, 8), (x) => x, { into: xs })))
    says(await reasonOf(sum(pool, xs)))
    says(
      await reasonOf(pool.forChunks(other.Segment.create({ kind: 'anonymous', byteLength: 8 }) as Segment, ({ view }) => view.length, add)),
    )
    says(await reasonOf(pool.forChunks(other.range(3), ({ length }) => length, add)))
    const alien = await other.createPool({ workers: 1, backend })
    says(await reasonOf(Promise.resolve().then(() => sum(alien as never, allocate(Float64Array, 1)))))
    await alien.close()
  })

  test('locks and segments in arguments are refused', async ({ pool, other }) => {
    const mutex = other.Mutex.create() as unknown as Mutex
    for (const made of [mutex, other.Segment.create({ kind: 'anonymous', byteLength: 8 })])
      for (const call of [pool.run((x) => typeof x, [made]), pool.spmd((_, x) => typeof x, { args: [{ made }] })]) {
        const error = await reasonOf(call)
        assert.is(error.code, 'SHOAL_VALUE_UNCLONEABLE')
        says(error)
      }
  })

  test('kernels of modules and errors are known', async ({ pool, other }) => {
    const path = join(there, 'seven.mjs')
    writeFileSync(path, 'export const seven = () => 7')
    const { seven } = other.kernelsFrom<{ seven: () => number }>(pathToFileURL(path))
    assert.is(await pool.run(seven as ReturnType<typeof kernelsFrom<{ seven: () => number }>>['seven']), 7)
    const refusal = await reasonOf(Promise.resolve().then(() => other.Segment.open({ kind: 'posix', name: '/shoal-none' })))
    assert.instance(refusal, ShoalError)
  })

  test.run()
}
