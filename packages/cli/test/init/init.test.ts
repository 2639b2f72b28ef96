import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../../../core/dist-test/support/watchdog.js'
import { folder } from '../support/files.js'
import { shoal } from '../support/shoal.js'

watchdog()

const test = suite('shoal init')
const installed = fileURLToPath(new URL('../../../examples/node_modules', import.meta.url))

test('writes a job that works as it is', async () => {
  const target = join(folder, 'new', 'Counting Words')
  const { code, stdout, stderr } = await shoal('init', target)
  assert.is(stdout, '')
  assert.match(
    stderr,
    /^Wrote job\.js, poem\.txt, package\.json\. Now: cd '.*Counting Words' && npm install && npx shoal run job\.js poem\.txt\n$/,
  )
  assert.is(code, 0)
  const { name, dependencies } = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')) as Record<string, object>
  assert.is(name, 'counting-words')
  assert.equal(Object.keys(dependencies!), ['@shoal/cli', '@shoal/core', 'valibot'])
  symlinkSync(installed, join(target, 'node_modules'))
  const run = await shoal('run', join(target, 'job.js'), join(target, 'poem.txt'), '4', '--quiet')
  assert.is(run.stdout, '{"words":5,"least":4}\n')
})

test('writes nothing where one of its files is there already', async () => {
  const target = join(folder, 'taken')
  mkdirSync(target)
  writeFileSync(join(target, 'poem.txt'), 'mine')
  const { code, stderr } = await shoal('init', target)
  assert.match(stderr, /^shoal: expected no poem\.txt in .*taken: nothing was written; name another folder\n$/)
  assert.is(code, 1)
  assert.equal(readdirSync(target), ['poem.txt'])
  assert.is(readFileSync(join(target, 'poem.txt'), 'utf8'), 'mine')
})

test('ends with an error where there can be no folder', async () => {
  const path = join(folder, 'a file')
  writeFileSync(path, 'mine')
  for (const target of ['/proc/self/new/job', path, join(path, 'job'), '/dev/null']) {
    const { code, stderr } = await shoal('init', target)
    assert.ok(stderr.startsWith(`shoal: expected a folder that can be written, or made, at ${target} but met `), stderr)
    assert.match(stderr, /: name another\n$/)
    assert.is(code, 1)
  }
  assert.is(readFileSync(path, 'utf8'), 'mine')
})

test.run()
