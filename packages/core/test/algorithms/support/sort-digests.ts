import { createHash } from 'node:crypto'
import { createPool, sort } from '@shoal/core'
import * as par from '@shoal/core/algorithms'
import { sharedInput, sharedTypes } from './columns.js'
import { distributionsOf } from './inputs.js'

/** More than one thread sorts alone. */
const LENGTH = 270_007

// Prints a digest of what every way to sort makes of every distribution of the elements that are sorted by vectors where there are some.
const pool = await createPool({ workers: 2 })
for (const type of sharedTypes.filter(({ BYTES_PER_ELEMENT }) => BYTES_PER_ELEMENT >= 4)) {
  const hash = createHash('sha256')
  for (const distribution of distributionsOf(type as never)) {
    for (const descending of [false, true]) {
      const xs = sharedInput(type, LENGTH, distribution)
      for (const inPlace of [false, true]) {
        hash.update(par.sort(xs.slice() as never, { descending, inPlace }))
        const shared = sharedInput(type, LENGTH, distribution)
        hash.update((await sort(pool, shared, { descending, inPlace })) as Uint8Array)
      }
    }
  }
  console.log(type.name, hash.digest('hex'))
}
await pool.close()
