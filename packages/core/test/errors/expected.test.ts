import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { expectedRange, expectedType } from '#internal/errors/index.js'

const test = suite('expected')

test('says what was expected, for what, and what came', () => {
  assert.is(expectedType('workers', 'an integer', 'two').message, "Expected an integer for workers but received 'two' of type string")
  assert.is(expectedRange('unit', 'a positive integer', -1).message, 'Expected a positive integer for unit but received -1 of type number')
  assert.is(expectedType('source', 'a view', null).message, 'Expected a view for source but received null')
  assert.is(expectedType('source', 'a view', undefined).message, 'Expected a view for source but received undefined')
})

test('misuse of a type is a TypeError, of a range a RangeError', () => {
  assert.instance(expectedType('x', 'y', 1), TypeError)
  assert.instance(expectedRange('x', 'y', 1), RangeError)
})

test('keeps to one short line whatever was received', () => {
  const deep = { a: { b: { c: 'x'.repeat(10_000) } }, list: Array(1_000).fill('line\nline') }
  const rejected = Promise.reject(new Error('e'))
  rejected.catch(() => {})
  for (const value of [
    deep,
    'x'.repeat(10_000),
    new Float64Array(10_000),
    () => 1,
    Symbol('s'),
    new Map([[1, 2]]),
    new Error('e'),
    rejected,
    { cause: new Error('e') },
  ]) {
    const { message } = expectedType('value', 'something else', value)
    assert.ok(!message.includes('\n') && message.length < 2_000, message)
  }
})

test.run()
