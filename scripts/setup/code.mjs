import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './paths.mjs'
import { filesUnder, hashTimes, Stamp } from './stamp.mjs'
import { runTool } from './tool.mjs'

const stamp = new Stamp('code')
const bundle = join(root, 'packages/core/bundle')
const folder = join(bundle, 'code')

/**
 * Has V8 compile the bundles of the core ahead, for the Node that this runs on: a program has the library in half the time then, and its first
 * calls take half the time. `load.js` in the bundle reads the code. What makes it needs a pool; where none can be made, only what is loaded at
 * once is compiled ahead.
 */
export const code = {
  title: 'compiling the bundles ahead',

  isDone() {
    const { inputs, outputs } = stamp.read()
    return inputs === inputsNow() && outputs === outputsNow()
  },

  async run() {
    const inputs = inputsNow()
    stamp.clear()
    rmSync(folder, { recursive: true, force: true })
    const { codeOf, scriptOf } = createRequire(import.meta.url)(join(bundle, 'load.js'))
    for (const path of filesWithCode()) {
      mkdirSync(dirname(codeOf(path)), { recursive: true })
      writeFileSync(codeOf(path), scriptOf(path).createCachedData())
    }
    const ours = (name) => fileURLToPath(new URL(`code/${name}`, import.meta.url))
    await runTool(process.execPath, ['--require', ours('record.cjs'), ours('typical.mjs')], { advice: 'Run npm run build again.' })
    stamp.write({ inputs, outputs: outputsNow() })
  },
}

/** What `load.js` loads; Node itself loads what asks it to. */
function filesWithCode() {
  return bundled().filter((path) => basename(path) !== 'load.js' && !readFileSync(path, 'utf8').includes("/load.js').load("))
}

function bundled() {
  return filesUnder(bundle, (name) => name.endsWith('.js'), ['code'])
}

function inputsNow() {
  const ours = filesUnder(fileURLToPath(new URL('code', import.meta.url)), () => true)
  const version = `${process.versions.v8}-${process.arch}`
  return `${version} ${hashTimes([fileURLToPath(import.meta.url), ...ours, ...bundled()])}`
}

function outputsNow() {
  return hashTimes(filesUnder(folder, () => true))
}
