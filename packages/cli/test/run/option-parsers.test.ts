import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { affinity, count, duration } from '../../dist/run/option-parsers.js'

const test = suite('options of shoal run')

test('affinity is a word, or lists of CPUs and their ranges by worker', () => {
  assert.is(affinity('none'), 'none')
  assert.is(affinity('cores'), 'cores')
  assert.equal(affinity('0-2:3,5'), [
    [0, 1, 2],
    [3, 5],
  ])
  for (const text of ['', 'all', '1-', '3-1', '0;1', '0:']) assert.throws(() => affinity(text), /Expected none, cores, or CPUs/)
})

test('counts may be 0, durations may not', () => {
  assert.is(count('0'), 0)
  assert.throws(() => count('-1'), /integer from 0/)
  assert.is(duration('2m'), 120_000)
  assert.throws(() => duration('0'), /Expected seconds/)
})

test.run()
