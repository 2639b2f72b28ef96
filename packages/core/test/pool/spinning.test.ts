import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Spinning } from '#internal/pool/spinning.js'
import { type Control, Header } from '#internal/protocol/index.js'

const test = suite('Spinning')

function spinning(): { spinning: Spinning; words: Int32Array<SharedArrayBuffer> } {
  const words = new Int32Array(new SharedArrayBuffer(256))
  // Two that share a CPU have one.
  return { spinning: new Spinning({ words } as Control, { affinity: [[0], [0]], workers: 2 }), words }
}

test('after a long region members spin longer: a tenth of what it took, and not for ever', () => {
  const { spinning: subject } = spinning()
  const spinUsAfter = (lastMs: number): number => {
    subject.prepare(1, 1, lastMs)
    return subject.spinNs / 1000
  }
  assert.equal([0, 0.01, 0.5, 1, 2, 3, 10, 60_000].map(spinUsAfter), [50, 50, 50, 100, 200, 300, 300, 300])
  subject.prepare(1, 0)
  assert.is(subject.spinNs, 50_000)
})

test('nobody spins where ranks would have to share a CPU, and all yield where one spinner has none', () => {
  const { spinning: subject, words } = spinning()
  subject.prepare(2, 0, 10)
  assert.is(subject.spinNs, 0)
  subject.prepare(1, 1)
  assert.is(words[Header.yields], 1)
  subject.prepare(1, 0)
  assert.is(words[Header.yields], 0)
})

test.run()
