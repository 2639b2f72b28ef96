import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../../../core/dist-test/support/watchdog.js'
import { fixture, folder } from '../support/files.js'
import { type Outcome, shoalIn } from '../support/shoal.js'

watchdog()

const test = suite('configuration of shoal run')

/** Runs a job that returns its parameters, in a folder with these files. */
function runIn(files: Record<string, string>, ...args: string[]): Promise<Outcome> {
  const cwd = mkdtempSync(join(folder, 'config-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)
  return shoalIn({ cwd }, 'run', fixture('options'), ...args)
}

test('shoal.config.js in the working directory gives options and parameters', async () => {
  const config = "export default { workers: 1, backend: 'processes', params: { count: 4, files: ['a'] } }"
  const { stdout, stderr } = await runIn({ 'package.json': '{ "type": "module" }', 'shoal.config.js': config })
  assert.equal(JSON.parse(stdout), { count: 4, mode: 'fast', size: 7, files: ['a'] })
  assert.match(stderr, /processes, 1 worker\n$/)
})

test('--config names another file, and the command line goes before it', async () => {
  const files = {
    'shoal.config.mjs': 'throw new Error()',
    'other.json': '{ "workers": 2, "quiet": true, "params": { "count": 4, "mode": "slow" } }',
  }
  const { stdout, stderr } = await runIn(files, '9', '--config', 'other.json')
  assert.equal(JSON.parse(stdout), { count: 9, mode: 'slow', size: 7, files: [] })
  assert.is(stderr, '')
})

test('a quarantine says where --on-error skip would put bad records, and is none without', async () => {
  const { code, stdout } = await runIn({ 'shoal.config.mjs': "export default { quarantine: 'bad.jsonl', params: { count: 4 } }" })
  assert.is(JSON.parse(stdout).count, 4)
  assert.is(code, 0)
})

const wrong: Record<string, [string, RegExp]> = {
  'an unknown option': ['export default { wrokers: 2 }', /^shoal: shoal\.config\.mjs: wrokers: there is no such option\n$/],
  'a file that is no JavaScript': ['export default {', /^shoal: shoal\.config\.mjs cannot be loaded: .*\n$/],
  'a file that throws': ['throw new Error("not here")', /^shoal: shoal\.config\.mjs cannot be loaded: not here\n$/],
  'a value of the wrong type': ['export default { workers: "2" }', /^shoal: shoal\.config\.mjs: workers: .*number.*\n$/],
  'nothing exported': ['export {}', /^shoal: shoal\.config\.mjs: its default export: .*\n$/],
}
for (const [title, [text, message]] of Object.entries(wrong)) {
  test(`is wrong usage: ${title}`, async () => {
    const { code, stderr } = await runIn({ 'shoal.config.mjs': text })
    assert.match(stderr, message)
    assert.is(code, 2)
  })
}

test('is wrong usage: a file that is not there', async () => {
  const { code, stderr } = await runIn({}, '3', '--config', 'none.js')
  assert.match(stderr, /^shoal: expected a configuration file but found none at none\.js\n$/)
  assert.is(code, 2)
})

test.run()
