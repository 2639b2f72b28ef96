import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from './paths.mjs'
import { filesUnder, hashTimes, Stamp } from './stamp.mjs'
import { runTool } from './tool.mjs'

const stamp = new Stamp('typescript')
const outputName = /\.(js|d\.ts)(\.map)?$/

/** Compiles all projects, and removes what was compiled from sources that are gone. */
export const typescript = {
  title: 'compiling TypeScript',

  isDone() {
    return stamp.isCurrent(inputsNow, outputsNow)
  },

  async run() {
    // tsc judges outputs by its own records: what changed behind its back it would leave as it is.
    const force = stamp.read().outputs === outputsNow() ? [] : ['--force']
    const inputs = inputsNow()
    stamp.clear()
    for (const path of staleOutputs()) rmSync(path)
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    await runTool(process.execPath, [tsc, '--build', ...force], { advice: 'The sources do not compile.' })
    stamp.write({ inputs, outputs: outputsNow() })
  },
}

/** The projects that the root refers to: where each takes its sources and puts its outputs. */
function projects() {
  const { references } = readJson(join(root, 'tsconfig.json'))
  return references.map(({ path }) => {
    const folder = join(root, path)
    const { rootDir, outDir } = readJson(join(folder, 'tsconfig.json')).compilerOptions
    return { folder, source: join(folder, rootDir), output: join(folder, outDir) }
  })
}

function inputsNow() {
  const isInput = (name) => name.endsWith('.ts') || name.endsWith('.json')
  const skip = ['node_modules', 'dist', 'dist-test', 'build', 'bundle']
  const sources = projects().flatMap(({ folder }) => filesUnder(folder, isInput, skip))
  return hashTimes([...new Set([join(root, 'tsconfig.json'), join(root, 'tsconfig.base.json'), ...sources])])
}

function outputsNow() {
  const outputs = projects().flatMap(({ output }) => filesUnder(output, (name) => outputName.test(name)))
  return outputs.length > 0 ? hashTimes(outputs) : 'none'
}

function staleOutputs() {
  return projects().flatMap(({ source, output }) =>
    filesUnder(output, (name) => outputName.test(name)).filter(
      (path) => !existsSync(join(source, relative(output, path).replace(outputName, '.ts'))),
    ),
  )
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
