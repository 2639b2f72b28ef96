import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const test = suite('npm run lint')
const script = fileURLToPath(new URL('../lint.mjs', import.meta.url))

test('refuses what it does not know', () => {
  for (const args of [['--nope'], ['--fix', 'packages'], ['']]) {
    const { status, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' })
    assert.is(stderr, `npm run lint: expected nothing, or -- --fix, but received ${args.at(-1)}\n`)
    assert.is(status, 2)
  }
})

test.run()
