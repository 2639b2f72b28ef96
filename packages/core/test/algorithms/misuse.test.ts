import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPool, type Pool, Segment, share } from '@shoal/core'
import * as par from '@shoal/core/algorithms'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('misuse of algorithms')
let pool: Pool
test.before(async () => {
  pool = await createPool({ workers: 2 })
})
test.after(() => pool.close())

type Loose = (...args: unknown[]) => unknown
const a = par as unknown as Readonly<Record<string, Loose>>
const doubles = share(Float64Array.of(3, 1, 2))
const integers = share(Uint32Array.of(3, 1, 2, 0))

/** Of each form, the call without what comes first. */
const refused: [name: string, args: readonly unknown[], message: RegExp][] = [
  ['argsort', [doubles, { into: null }], /a typed array for into but received null/],
  ['argsort', [doubles, { into: share(Int32Array.of(0, 0, 0)) }], /a Uint32Array for into/],
  ['argsort', [integers, { into: integers }], /does not overlap what is read for into/],
  ['argsort', [integers.subarray(0, 2), { into: integers.subarray(1, 3) }], /does not overlap what is read for into/],
  ['bincount', [integers, { weights: null }], /a typed array for weights but received null/],
  ['bincount', [integers, { weights: 0 }], /a typed array for weights but received 0/],
  ['bincount', [integers, { minLength: null }], /a number for minLength but received null/],
  ['quantile', [doubles, ['0.5']], /a number or an array of numbers for q but received '0.5'/],
  ['quantile', [doubles, [null]], /a number or an array of numbers for q but received null/],
  ['quantile', [doubles, 0.5, { sorted: 1 }], /true or false for sorted but received 1/],
  ['sum', [doubles, { compensated: 1 }], /true or false for compensated but received 1/],
  ['sum', [doubles, { compensated: null }], /true or false for compensated but received null/],
  ['sum', [doubles, { deterministic: 'no' }], /true or false for deterministic but received 'no'/],
  ['sort', [doubles, { stable: 1 }], /true or false for stable but received 1/],
  ['sort', [doubles, { compare: () => 0, args: 1 }], /an array for args but received 1/],
  ['argsort', [doubles, { descending: null }], /true or false for descending but received null/],
  ['sortByKey', [doubles, share(doubles), { descending: null }], /true or false for descending but received null/],
  ['topK', [doubles, 1, { smallest: null }], /true or false for smallest but received null/],
  ['searchSorted', [doubles, doubles, { side: null }], /'left' or 'right' for side but received null/],
  ['groupBy', [[integers], { n: 'count' }, { sorted: 1 }], /true or false for sorted but received 1/],
  ['filter', [doubles, { mask: share(Uint8Array.of(1, 0, 1)), lt: 3 }], /nothing beside a mask .* for where.lt/],
  ['sum', [doubles, doubles], /an object for options but received Float64Array/],
  ['iota', [share(doubles), { start: null }], /a number.* for start but received null/],
  ['random', [share(doubles), { low: null }], /a number.* for low but received null/],
  ['partitionBy', [doubles, { lt: 3, mask: share(Uint8Array.of(1, 0, 1)) }], /nothing beside a mask .* for where.lt/],
]

for (const name of [
  'sum',
  'min',
  'copy',
  'iota',
  'random',
  'scan',
  'sort',
  'shuffle',
  'argsort',
  'bincount',
  'sortByKey',
  'quantile',
  'topK',
  'merge',
  'searchSorted',
]) {
  const views = ['sortByKey', 'merge', 'searchSorted'].includes(name) ? [integers, share(integers)] : [integers]
  const number = ['quantile', 'topK'].includes(name) ? [1] : []
  refused.push([name, [...views, ...number, 'options'], /an object for options but received 'options'/])
  refused.push([name, [...views, ...number, null], /an object for options but received null/])
}

for (const [name, args, message] of refused) {
  test(`${name}: ${message.source}, with a pool as without`, async () => {
    for (const before of [[], [pool]]) {
      const outcome = await Promise.resolve()
        .then(() => a[name]!(...before, ...args))
        .catch(String)
      assert.match(String(outcome), message, `${before.length} pools`)
    }
    assert.equal([...integers], [3, 1, 2, 0])
  })
}

test('indexes are not stored into a readonly segment', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'indexes')
  writeFileSync(path, Uint32Array.of(7, 7, 7))
  const segment = Segment.open({ kind: 'file', path, access: 'readonly' })
  const into = segment.view(Uint32Array)
  for (const before of [[], [pool]]) {
    const outcome = await Promise.resolve()
      .then(() => a.argsort!(...before, doubles, { into }))
      .catch((error) => error.code)
    assert.is(outcome, 'SHOAL_SEGMENT_READONLY')
  }
  assert.equal([...into], [7, 7, 7])
  segment.close()
})

test.run()
