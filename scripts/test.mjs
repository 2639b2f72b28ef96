import './setup/node-version.mjs'
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from './setup/paths.mjs'
import { filesUnder } from './setup/stamp.mjs'
import { setup } from './setup.mjs'
import { runFiles } from './test-run/run-files.mjs'

await setup()
const patterns = process.argv.slice(2)
const files = testFiles().filter(({ source }) => patterns.length === 0 || patterns.some((pattern) => source.includes(pattern)))
if (files.length === 0) console.log(`FAIL no test file matches ${patterns.join(' ')}`)
process.exitCode = files.length > 0 && (await runFiles(files)) ? 0 : 1

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
