import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'
import { explore } from '../sync/model/explore.js'
import { type Mistake, type RegionModelOptions, regionModel } from './model/region.js'

watchdog()
const test = suite('every interleaving of a region')

const sizes: readonly RegionModelOptions[] = [
  { ranks: 2, chunks: 2, deaths: 0 },
  { ranks: 3, chunks: 1, deaths: 0 },
  { ranks: 1, chunks: 2, deaths: 2 },
  { ranks: 2, chunks: 2, deaths: 1 },
]

for (const size of sizes) {
  test(`${size.ranks} ranks, ${size.chunks} chunks, ${size.deaths} deaths: it ends once, with every chunk once`, () => {
    assert.ok(explore(regionModel(size)) > 100)
  })
}

const mistakes: readonly [Mistake, RegionModelOptions][] = [
  ['forget who left and did not complete', { ranks: 1, chunks: 1, deaths: 1 }],
  ['claim without saying so', { ranks: 1, chunks: 1, deaths: 1 }],
  ['no sweep', { ranks: 1, chunks: 1, deaths: 1 }],
  ['post before the dead has left', { ranks: 1, chunks: 1, deaths: 1 }],
  ['count the entries once', { ranks: 2, chunks: 1, deaths: 1 }],
  ['use the slot again when the region is done', { ranks: 2, chunks: 1, deaths: 0 }],
]

for (const [mistake, size] of mistakes) {
  test(`the mistake is found: ${mistake}`, () => {
    assert.throws(
      () => explore(regionModel({ ...size, mistake })),
      /no way to the end|the result is|completed twice|stored into the next region/,
    )
  })
}

test.run()
