import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startProblem } from '#internal/pool/start-problem.js'

const test = suite('what kept a worker from starting')

for (const [message, advice] of [
  ['Worker initialization failure: EMFILE', 'ulimit -n'],
  ['spawn /usr/bin/node EAGAIN', 'pids.max'],
  ['ENOENT: no such file or directory, uv_cwd', 'the working directory no longer exists'],
] as const) {
  test(`'${message}' is explained`, () => {
    const problem = startProblem(new Error(message))
    assert.ok(problem.startsWith(`${message} (`))
    assert.ok(problem.includes(advice), problem)
  })
}

test('what a kernel met itself stays as it is', () => {
  for (const message of ['EAGAIN: resource temporarily unavailable, read', 'no such luck'])
    assert.is(startProblem(new Error(message)), message)
})

test.run()
