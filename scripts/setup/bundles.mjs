import { readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from './paths.mjs'
import { filesUnder, hashTimes, Stamp } from './stamp.mjs'
import { SetupError } from './tool.mjs'

const stamp = new Stamp('bundles')

/**
 * Puts the compiled modules of the libraries into few files. Node spends a third of a millisecond on every module that it loads, in every
 * worker again: hundreds of small ones take longer than the start of the worker itself.
 */
export const bundles = {
  title: 'bundling the libraries',

  isDone() {
    const { inputs, outputs } = stamp.read()
    return inputs === hashTimes(libraries().flatMap(modulesOf)) && outputs === outputsNow()
  },

  async run() {
    const inputs = hashTimes(libraries().flatMap(modulesOf))
    stamp.clear()
    for (const folder of libraries()) await bundle(folder)
    stamp.write({ inputs, outputs: outputsNow() })
  },
}

async function bundle(folder) {
  const dist = join(folder, 'dist')
  const outdir = join(folder, 'bundle')
  rmSync(outdir, { recursive: true, force: true })
  const internal = internalNames(folder)
  const isEntry = (path) => /^([^/]+\/)?index\.js$/.test(path) || internal.has(path)
  const entryPoints = filesUnder(dist, isModule).filter((path) => isEntry(relative(dist, path)))
  const { build } = await import('esbuild')
  try {
    await build({
      entryPoints,
      outdir,
      outbase: dist,
      bundle: true,
      // What several entries use has a file of its own: every module is there once, whichever entry came first.
      splitting: true,
      chunkNames: 'chunks/[hash]',
      packages: 'external',
      external: ['#internal/*'],
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: true,
      logLevel: 'silent',
    })
  } catch (error) {
    throw new SetupError(`Bundling ${relative(root, folder)} failed: ${error.message}`)
  }
}

/** What is asked for as `#internal/NAME`: the entry points of workers, and what tests look into. The other entries are the rooms' indexes. */
function internalNames(folder) {
  const texts = modulesOf(folder).map((path) => readFileSync(path, 'utf8'))
  return new Set(texts.flatMap((text) => [...text.matchAll(/['"]#internal\/([^'"]+)['"]/g)].map(([, name]) => name)))
}

function libraries() {
  return ['native', 'core'].map((name) => join(root, 'packages', name))
}

function modulesOf(folder) {
  return ['dist', 'dist-test'].flatMap((name) => filesUnder(join(folder, name), isModule))
}

function outputsNow() {
  return hashTimes(libraries().flatMap((folder) => filesUnder(join(folder, 'bundle'), isModule)))
}

function isModule(name) {
  return name.endsWith('.js')
}
