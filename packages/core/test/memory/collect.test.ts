import { runInNewContext } from 'node:vm'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { collectGarbage } from '#internal/memory/index.js'

const test = suite('collectGarbage')

test('takes back the flag that it collects by: V8 would start every later thread without its compiled builtins', () => {
  collectGarbage()
  assert.is(runInNewContext('typeof gc'), 'undefined')
})

test.run()
