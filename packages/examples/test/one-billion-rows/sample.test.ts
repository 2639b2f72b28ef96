import { readdirSync, readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { folder } from '../../../cli/dist-test/support/files.js'
import { generateSample } from '../../dist/one-billion-rows/sample.js'
import { stations } from '../../dist/one-billion-rows/stations.js'

const test = suite('generateSample')

test('knows the 413 stations of the challenge', () => {
  assert.is(stations.length, 413)
  assert.equal(stations[0], { name: 'Abha', mean: 18 })
  assert.is(new Set(stations.map(({ name }) => name)).size, 413)
  assert.ok(stations.every(({ mean }) => mean > -30 && mean < 40))
})

test('writes the rows asked for, all of them within the rules', async () => {
  const path = `${folder}/rows`
  await generateSample(path, {
    rows: 20_000,
    stations: [
      { name: 'Cold', mean: -99 },
      { name: 'Hot', mean: 99 },
    ],
  })
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  assert.is(lines.length, 20_000)
  assert.ok(lines.every((line) => /^(Cold|Hot);-?\d?\d\.\d$/.test(line)))
})

test('gives the same bytes for the same seed and others for another', async () => {
  const texts = []
  for (const [index, seed] of [1, 1, 2].entries()) {
    await generateSample(`${folder}/${index}`, { rows: 1_000, seed })
    texts.push(readFileSync(`${folder}/${index}`, 'utf8'))
  }
  assert.is(texts[0], texts[1])
  assert.is.not(texts[0], texts[2])
})

test('leaves no other file behind, also when it fails', async () => {
  const before = readdirSync(folder)
  let thrown: unknown
  const fail = () => {
    throw new Error('stop')
  }
  await generateSample(`${folder}/failed`, { rows: 10, onProgress: fail }).catch((error: unknown) => {
    thrown = error
  })
  assert.instance(thrown, Error)
  assert.equal(readdirSync(folder), before)
})

test.run()
