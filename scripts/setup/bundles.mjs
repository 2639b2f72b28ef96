import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './paths.mjs'
import { filesUnder, hashTimes, Stamp } from './stamp.mjs'
import { SetupError } from './tool.mjs'

const stamp = new Stamp('bundles')

/**
 * Puts the compiled modules of the libraries into few files. Node spends a third of a millisecond on every module that it loads, in every
 * worker again: hundreds of small ones take longer than the start of the worker itself. The files are CommonJS, which loads at once: to get
 * its loader of ES modules ready takes a worker some milliseconds more, and a worker may never need it.
 */
export const bundles = {
  title: 'bundling the libraries',

  isDone() {
    const { inputs, outputs } = stamp.read()
    return inputs === inputsNow() && outputs === outputsNow()
  },

  async run() {
    const inputs = inputsNow()
    stamp.clear()
    for (const folder of libraries()) await bundle(folder)
    stamp.write({ inputs, outputs: outputsNow() })
  },
}

/**
 * `worker.js` holds the modules that every worker loads, `library.js` the others, and a chunk what both need: each module is there once.
 * Beside them stands a small file for every entry, which hands out what the entry exports.
 */
async function bundle(folder) {
  const dist = join(folder, 'dist')
  const target = join(folder, 'bundle')
  rmSync(target, { recursive: true, force: true })
  const internal = internalNames(folder)
  const entries = filesUnder(dist, isModule)
    .map((path) => relative(dist, path))
    .filter((name) => /^([^/]+\/)?index\.js$/.test(name) || internal.has(name))
  const { build } = await import('esbuild')
  try {
    const exported = await exportsOf(build, dist, entries)
    const modules = entries.filter((name) => exported[name].length > 0)
    const forWorkers = (name) => /^(worker|kernels)\//.test(name)
    const files = [
      { file: 'library.js', names: modules.filter((name) => !forWorkers(name)) },
      { file: 'worker.js', names: modules.filter(forWorkers) },
    ].filter(({ names }) => names.length > 0)
    for (const { file, names } of files) {
      write(join(target, file), names.map((name) => bundledText(name, exported[name])).join(''))
      for (const name of names) write(join(target, name), entryText(name, file, exported[name]))
    }
    // What exports nothing is a program: it imports entries, and runs when it is told to.
    for (const name of entries)
      if (!modules.includes(name)) write(join(target, name), toCommonJs(readFileSync(join(dist, name), 'utf8'), name))
    write(join(target, 'package.json'), '{ "type": "commonjs" }\n')
    const { outputFiles } = await build({
      entryPoints: files.map(({ file }) => join(target, file)),
      outdir: target,
      write: false,
      bundle: true,
      splitting: true,
      chunkNames: 'shared',
      packages: 'external',
      format: 'esm',
      platform: 'node',
      target: 'node20',
      define: { 'import.meta.url': '__url', 'import.meta.resolve': '__resolve' },
      sourcemap: true,
      logLevel: 'silent',
    })
    for (const { path, text } of outputFiles) write(path, isModule(path) ? toCommonJs(text, relative(target, path), ABOUT_ITSELF) : text)
  } catch (error) {
    throw new SetupError(`Bundling ${relative(root, folder)} failed: ${error.message}`)
  }
}

/** The names that every entry exports. */
async function exportsOf(build, dist, entries) {
  const { metafile } = await build({
    entryPoints: entries.map((name) => join(dist, name)),
    absWorkingDir: dist,
    outdir: dist,
    outbase: dist,
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  return Object.fromEntries(Object.entries(metafile.outputs).map(([name, output]) => [name, output.exports]))
}

/** One by one: for a namespace a worker would define hundreds of getters. */
function bundledText(name, exported) {
  return `export { ${exported.map((word) => `${word} as ${bundledAs(name, word)}`).join(', ')} } from '../dist/${name}'\n`
}

function entryText(name, file, exported) {
  const lines = exported.map((word) => `${word === 'default' ? 'module.exports' : `exports.${word}`} = bundle.${bundledAs(name, word)}\n`)
  return `const bundle = require('${toRoot(name)}/${file}')\n${lines.join('')}`
}

function bundledAs(name, word) {
  return `${name.replaceAll(/\W/g, '_')}_${word}`
}

/** From the folder of an entry to that of the bundles. */
function toRoot(name) {
  return relative(dirname(name), '.') || '.'
}

/** What a bundle knows of itself. */
const ABOUT_ITSELF = [
  "const { pathToFileURL: __toUrl } = require('node:url')",
  'const __url = __toUrl(__filename).href, __resolve = (name) => __toUrl(require.resolve(name)).href',
]

/**
 * esbuild cuts only ES modules into chunks. Here they become CommonJS, with constants in the place of imports: what esbuild makes of imports
 * itself looks them up at every use. All that is exported has its value at the end of its file, and files do not import each other in circles.
 * Entries are named by where they are, which is found sooner than `#internal/…`. What is put before the first line is put on it, since it must
 * not move the others.
 */
function toCommonJs(text, name, header = []) {
  const required = new Map()
  const as = /([\w$]+) as ([\w$]+)/g
  const body = text
    // V8 keeps a text with a single character beyond ASCII, which esbuild leaves in comments only, in twice the memory.
    .replaceAll(/^\s*(\/\*|\*).*$/gm, (line) => line.replaceAll(/\P{ASCII}/gu, '?'))
    .replaceAll(/(["'])#internal\//g, `$1${toRoot(name)}/`)
    .replaceAll(/^import (?:\* as )?([\w$]+|\{[^}]*\}) from (['"].+['"]);$/gm, (_, names, from) => {
      if (!required.has(from)) required.set(from, `__${required.size}`)
      return `const ${names.replaceAll(as, '$1: $2')} = ${required.get(from)};`
    })
    .replaceAll(/^export (\{[^}]*\});$/gm, (_, names) => `module.exports = ${names.replaceAll(as, '$2: $1')};`)
  const requires = [...required].map(([from, name]) => `const ${name} = require(${from})`)
  return ["'use strict'", ...requires, ...header, body].join(';')
}

function write(path, content) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
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

function inputsNow() {
  return hashTimes([fileURLToPath(import.meta.url), ...libraries().flatMap(modulesOf)])
}

function outputsNow() {
  const isOutput = (name) => isModule(name) || name === 'package.json'
  return hashTimes(libraries().flatMap((folder) => filesUnder(join(folder, 'bundle'), isOutput)))
}

function isModule(name) {
  return name.endsWith('.js')
}
