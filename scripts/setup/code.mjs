import { readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './paths.mjs'
import { filesUnder, hashTimes, Stamp } from './stamp.mjs'
import { runTool } from './tool.mjs'

const stamp = new Stamp('code')
const bundle = join(root, 'packages/core/bundle')
const folder = join(bundle, 'code')

/** V8 refuses code that it made with other flags, and `load.js` reads none where coverage is collected. */
const env = { ...process.env, NODE_OPTIONS: undefined, NODE_V8_COVERAGE: undefined }

/**
 * Has V8 compile the bundles of the core ahead, for the Node that this runs on, with the functions that most programs call: `load.js` in the
 * bundle reads the code, and a program has the library in two thirds of the time.
 */
export const code = {
  title: 'compiling the bundles ahead',

  isDone() {
    return stamp.isCurrent(inputsNow, outputsNow)
  },

  async run() {
    const inputs = inputsNow()
    stamp.clear()
    rmSync(folder, { recursive: true, force: true })
    const ours = (name) => fileURLToPath(new URL(`code/${name}`, import.meta.url))
    const runs = [
      [ours('plain.mjs'), join(bundle, 'load.js'), ...filesWithCode()],
      ['--require', ours('record.cjs'), ours('typical.mjs')],
    ]
    for (const args of runs) await runTool(process.execPath, args, { env, advice: 'Run npm run build again.' })
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
