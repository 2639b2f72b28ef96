import { existsSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os' // whole: an old Node has not all of its names, and would not come to the check of its version
import { dirname, join } from 'node:path'
import { root } from './paths.mjs'
import { filesUnder, hashContents, Stamp } from './stamp.mjs'
import { isOnPath, runTool, SetupError } from './tool.mjs'

const folder = join(root, 'packages/native')
const release = join(folder, 'build/Release')
const stamp = new Stamp('addon')

/** Compiles the addon. Node-API keeps the binary valid for every Node, so the version of Node is no input. */
export const addon = {
  title: 'compiling the native addon',

  isDone() {
    return stamp.isCurrent(inputsNow, outputsNow)
  },

  async run() {
    requireCompiler()
    const { outputs } = stamp.read()
    const before = inputsNow()
    stamp.clear()
    // Without a stamp the last build was cut short and its object files are not to be trusted. With one, make knows
    // what changed, except that it judges a damaged binary by its age.
    const tasks = outputs === undefined ? ['rebuild'] : ['configure', 'build']
    if (outputs !== outputsNow()) for (const binary of binaries()) rmSync(binary)
    for (const task of tasks) await nodeGyp(task)
    stamp.write({ inputs: before, outputs: outputsNow() })
  },
}

function nodeGyp(task) {
  const bin = createRequire(join(folder, 'package.json')).resolve('node-gyp/bin/node-gyp.js')
  const jobs = task === 'configure' ? [] : [`--jobs=${os.availableParallelism()}`]
  return runTool(process.execPath, [bin, task, '--release', ...jobs, ...headers()], {
    cwd: folder,
    advice: 'The compiler must know C++20 (GCC 11 or later). Repair what it complains about, then run the same command again.',
  })
}

/** The headers that came with the running Node; where there are none, node-gyp downloads them. */
function headers() {
  const prefix = dirname(dirname(process.execPath))
  return existsSync(join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : []
}

function requireCompiler() {
  const absent = ['python3', 'make', process.env.CXX ?? 'g++'].filter((command) => !isOnPath(command.split(' ')[0]))
  if (absent.length === 0) return
  throw new SetupError(
    `${absent.join(' and ')} not found on PATH. They compile the native addon. ` +
      'On Debian and Ubuntu: `apt-get install python3 make g++`. Then run the same command again.',
  )
}

function inputsNow() {
  return hashContents([join(folder, 'package.json'), join(folder, 'binding.gyp'), ...filesUnder(join(folder, 'src'), () => true)])
}

/** The linked file lies in two places that are one file on disk: damage to one is damage to both. */
function binaries() {
  return filesUnder(release, (name) => name.endsWith('.node'), ['.deps'])
}

function outputsNow() {
  return binaries().length > 0 ? hashContents(binaries()) : 'none'
}
