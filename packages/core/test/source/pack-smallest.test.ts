import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { packSmallest } from '#internal/source/pack-smallest.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const test = suite('packSmallest')
const folder = temporaryFolder()
const paths = ['cccc', 'b', '', 'dddddd', 'ee'].map((text, index) => {
  const path = join(folder, String(index))
  writeFileSync(path, text)
  return path
})
mkdirSync(join(folder, 'inner'))

function packed(mostMapped: number): Record<string, string> | undefined {
  const found = packSmallest([...paths, join(folder, 'inner'), join(folder, 'none')], mostMapped)
  if (found === undefined) return undefined
  const texts = [...found.files].map(([index, { buffer, byteOffset, byteLength }]): [string, string] => {
    assert.is(buffer, found.segment.buffer)
    return [String(index), Buffer.from(new Uint8Array(buffer, byteOffset, byteLength)).toString()]
  })
  return Object.fromEntries(texts)
}

test('reads nothing where all may be mapped', () => {
  assert.is(packed(7), undefined)
  assert.equal(packed(4), {})
})

test('reads the smallest of more, and leaves what is empty, no file or not there', () => {
  assert.equal(packed(3), { 1: 'b' })
  assert.equal(packed(1), { 0: 'cccc', 1: 'b', 4: 'ee' })
  assert.equal(packed(0), { 0: 'cccc', 1: 'b', 3: 'dddddd', 4: 'ee' })
})

test.run()
