import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { inheritedArgv } from '#internal/pool/inherited-argv.js'

const test = suite('arguments of node that workers take over')

test('not the program, nor its values', () => {
  const given = ['--no-deprecation', '--input-type', 'module', '--eval', '-1', '--print=2', '--max-old-space-size=64']
  assert.equal(inheritedArgv(given), ['--no-deprecation', '--max-old-space-size=64'])
})

test('not that it is a test, is watched or debugged', () => {
  const given = [
    '--test',
    '--test-reporter',
    'spec',
    '--experimental-test-isolation=none',
    '--watch-path',
    './src',
    '--watch',
    '--inspect-brk=0',
  ]
  assert.equal(inheritedArgv([...given, '--require', './hook.cjs']), ['--require', './hook.cjs'])
})

test.run()
