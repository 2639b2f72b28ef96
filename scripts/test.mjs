import './setup/node-version.mjs'
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from './setup/paths.mjs'
import { filesUnder } from './setup/stamp.mjs'
import { setup } from './setup.mjs'
import { Leftovers } from './test-run/leftovers.mjs'
import { runFile } from './test-run/run-file.mjs'

/** A file's own watchdog speaks first; this is for the file that has none, or cannot. */
const limitMs = 300_000

await setup()
const patterns = process.argv.slice(2)
const leftovers = new Leftovers()
const sum = { passed: 0, failed: 0, skipped: 0 }

for (const { source, compiled } of testFiles().filter(({ source }) => matches(source))) {
  const outcome = await runFile(compiled, { limitMs, cwd: root, env: { ...process.env, ...leftovers.env, NO_COLOR: '1' } })
  for (const key of Object.keys(sum)) sum[key] += outcome[key]
  report(source, outcome)
}

const left = await leftovers.find()
for (const name of left) console.log(`FAIL left behind: ${name}`)
sum.failed += left.length
if (sum.passed + sum.failed + sum.skipped === 0) {
  console.log(`FAIL no test file matches ${patterns.join(' ')}`)
  sum.failed = 1
}
console.log(counts(sum))
process.exitCode = sum.failed > 0 ? 1 : 0

/** Found by their sources: what is left compiled from a deleted source never runs. */
function testFiles() {
  const compiled = readdirSync(join(root, 'packages')).flatMap((name) => {
    const folder = join(root, 'packages', name)
    return filesUnder(join(folder, 'test'), (file) => file.endsWith('.test.ts')).map((path) => {
      const file = relative(join(folder, 'test'), path).replace(/\.ts$/, '.js')
      return { source: relative(root, path), compiled: join(folder, 'dist-test', file) }
    })
  })
  const scripts = filesUnder(join(root, 'scripts/test'), (file) => file.endsWith('.test.mjs'))
  return [...compiled, ...scripts.map((path) => ({ source: relative(root, path), compiled: path }))]
}

function matches(source) {
  return patterns.length === 0 || patterns.some((pattern) => source.includes(pattern))
}

function report(source, outcome) {
  const mark = outcome.failed > 0 ? 'FAIL' : 'ok  '
  const reason = outcome.failure === undefined ? '' : `: ${outcome.failure}`
  console.log(`${mark} ${source}: ${counts(outcome)} in ${outcome.seconds.toFixed(1)} s${reason}`)
  if (outcome.failed > 0) console.log(outcome.output.trimEnd().replaceAll(/^/gm, '     '))
}

function counts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
