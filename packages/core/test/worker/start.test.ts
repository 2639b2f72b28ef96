import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const test = suite('the start of a worker')

/** The text of all files that are loaded with these modules. */
function textOf(...names: string[]): string {
  const paths = names.map((name) => fileURLToPath(import.meta.resolve(`#internal/${name}`)))
  const program = `${JSON.stringify(paths)}.forEach(require); console.log(JSON.stringify(Object.keys(require.cache)))`
  const loaded = JSON.parse(execFileSync(process.execPath, ['--eval', program], { encoding: 'utf8' })) as string[]
  const scripts = loaded.filter((file) => file.endsWith('.js'))
  return scripts.map((file) => readFileSync(file, 'utf8')).join('')
}

const all = textOf('worker/thread.js', 'worker/caller.js', 'memory/operations.js', 'pool/index.js')

function defines(text: string, name: string): boolean {
  return new RegExp(`(function|var|class) ${name}\\b`).test(text)
}

for (const name of ['worker/thread.js', 'worker/process.js']) {
  test(`${name} loads what runs tasks and regions; locks, collectives, records, the making of segments and the pool come later`, () => {
    const text = textOf(name)
    for (const needed of ['runTask', 'runRegion', 'ViewReader']) assert.ok(defines(text, needed), needed)
    for (const later of ['Mutex', 'Barrier', 'spmdPart', 'TextReader', 'createBacking', 'Crew']) {
      assert.ok(defines(all, later), `${later} is defined elsewhere`)
      assert.not.ok(defines(text, later), later)
    }
  })
}

test.run()
