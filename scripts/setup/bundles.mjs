import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bindingOutside } from './bundles/binding-outside.mjs'
import { inPlaceOfEntries } from './bundles/in-place-of-entries.mjs'
import { laterBuiltins } from './bundles/later-builtins.mjs'
import { dependenciesOf, noticesFor } from './bundles/packages.mjs'
import { pastIndexes } from './bundles/past-indexes.mjs'
import { toCommonJs, toRoot } from './bundles/to-common-js.mjs'
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
    return stamp.isCurrent(inputsNow, outputsNow)
  },

  async run() {
    const inputs = inputsNow()
    stamp.clear()
    for (const folder of libraries()) await bundle(folder)
    stamp.write({ inputs, outputs: outputsNow() })
  },
}

/**
 * Every entry is put into one of `FILES`, with what it needs. What several of these files need is in chunks beside them, so that each module is
 * there once. A small file for every entry hands out what the entry exports.
 */
async function bundle(folder) {
  const dist = join(folder, 'dist')
  const target = join(folder, 'bundle')
  rmSync(target, { recursive: true, force: true })
  const internal = internalNames(folder)
  const entries = filesUnder(dist, isModule)
    .map((path) => relative(dist, path))
    .filter((name) => /^([^/]+\/)?index\.js$|^binding\.js$/.test(name) || internal.has(name))
  const { build, transform } = await import('esbuild')
  try {
    const exported = await exportsOf(build, dist, entries)
    const modules = entries.filter((name) => exported[name].length > 0)
    const files = []
    const alone = {}
    for (const file of Object.keys(FILES)) {
      const names = modules.filter((name) => fileOf(name) === file)
      const needed = modules.filter((name) => FILES[file].test(name))
      if (names.length > 1) {
        files.push(file)
        write(join(target, file), needed.map((name) => bundledText(name, exported[name], '.')).join(''))
        for (const name of names) write(join(target, name), entryText(name, file, exported[name]))
      } else if (names.length === 1) {
        // An entry alone is its file: to load one more takes as long as twenty thousand characters.
        const [name] = names
        files.push(name)
        alone[join(target, name)] = exported[name]
        const others = needed.filter((other) => other !== name).map((other) => bundledText(other, exported[other], toRoot(name)))
        write(join(target, name), [`export * from '${toRoot(name)}/../dist/${name}'\n`, ...others].join(''))
      }
    }
    // What exports nothing is a program: it imports entries, and runs when it is told to.
    for (const name of entries) if (!modules.includes(name)) write(join(target, name), programText(join(dist, name), name))
    const programs = programsOfPackages(folder)
    if (programs.length > 0) {
      write(join(target, 'load.js'), readFileSync(new URL('bundles/load.cjs', import.meta.url)))
      write(join(target, THREAD), THREADS_FILES.map((file) => `${loaded(THREAD, file)}\n`).join(''))
    }
    // TypeScript tells by it, too, whether declarations are of modules that may be required.
    for (const path of [target, dist]) write(join(path, 'package.json'), '{ "type": "commonjs" }\n')
    // The parser shares nothing with the others but helpers of esbuild's, which are not worth a file.
    const asEntry = (name) => join(target, name)
    const isParser = (name) => name.endsWith('parser.js')
    const others = files.filter((name) => !isParser(name))
    const built = [
      await bundleFiles(build, folder, others.map(asEntry)),
      await bundleFiles(build, folder, files.filter(isParser).map(asEntry), { sourcemap: false }),
      await bundleFiles(build, folder, programs),
    ]
    const outputs = built.flatMap(({ outputFiles }) => outputFiles)
    for (const { path, text } of inPlaceOfEntries(outputs, alone)) {
      const converted = isModule(path) ? toCommonJs(text, relative(target, path)) : text
      write(path, isParser(path) ? await withoutWhitespace(transform, converted) : converted)
    }
    const notices = noticesFor(built.map(({ metafile }) => metafile))
    if (notices !== '') write(join(target, 'NOTICES.md'), notices)
  } catch (error) {
    throw new SetupError(`Bundling ${relative(root, folder)} failed: ${error.message}`)
  }
}

/** Files that are bundled together share what they have in common. */
async function bundleFiles(build, folder, entryPoints, options = {}) {
  const target = join(folder, 'bundle')
  return build({
    entryPoints,
    outdir: target,
    outbase: target,
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    chunkNames: 'shared-[hash]',
    // What piscina lowers the priority of threads by, which is never asked for.
    external: [...dependenciesOf(folder), '@napi-rs/nice'],
    format: 'esm',
    platform: 'node',
    target: 'node20',
    plugins: [bindingOutside, pastIndexes, laterBuiltins],
    define: {
      'import.meta.url': '__url',
      'import.meta.resolve': '__resolve',
      'import.meta.filename': '__filename',
      'import.meta.dirname': '__dirname',
    },
    sourcemap: true,
    logLevel: 'silent',
    ...options,
  })
}

/** A quarter less to load, of what nobody reads: in our own files errors show lines. */
async function withoutWhitespace(transform, text) {
  const { code } = await transform(text, { minifyWhitespace: true, lineLimit: 120 })
  return code
}

/**
 * Which file an entry is put into: the first that fits. A pattern also names entries of earlier files whose modules it needs whole: they are
 * then in one chunk, which takes the place of that entry. A file with one entry gets that entry's name.
 *
 * A worker is ready when `start` is loaded, and runs tasks; it loads `values` with the first that is not plain, what runs regions with the
 * first of them, the collectives, and the rooms below, when something of them is asked for by name, as `#internal/…`. What it starts with is one
 * file, so the library and the rooms, which need some of that, load it, too. How long a file takes to load depends on its length above all.
 */
const FILES = {
  'parser.js': /^pool\/parser\.js$/,
  'binding.js': /^binding\.js$/,
  'start.js': /^worker\/start\.js$/,
  'values.js': /^worker\/(start|values)\.js$/,
  'region.js': /^worker\/(start|values|run-region)\.js$/,
  'worker.js': /^(worker|protocol|schedule)\//,
  'rooms.js': /^(errors|memory|sync|protocol|schedule|source|kernels|worker\/start\.js$)/,
  'library.js': /^(index\.js$|worker\/start\.js$|pool\/(?!parser\.js$)|algorithms\/|job\/)/,
}

/** Files of packages that look for others of their own beside them. */
const PROGRAMS = { piscina: { main: 'main', worker: 'worker-thread' } }
/** Where piscina's main file looks for what its threads run: that, and what it would load with their first task. */
const THREAD = 'piscina/worker.js'
const THREADS_FILES = ['piscina/worker-thread.js', 'worker/start.js']

function programsOfPackages(folder) {
  const packages = Object.entries(PROGRAMS).filter(([name]) => existsSync(join(folder, 'node_modules', name)))
  return packages.flatMap(([name, files]) =>
    Object.entries(files).map(([file, out]) => ({ in: join(folder, 'node_modules', name, 'dist', `${file}.js`), out: `${name}/${out}` })),
  )
}

function programText(path, name) {
  const text = toCommonJs(readFileSync(path, 'utf8'), name)
  return text.replaceAll(/require\('\.[^']*\/([^/']+\/[^/']+)'\)/g, (_, file) => loaded(name, file))
}

function fileOf(name) {
  return Object.keys(FILES).find((file) => FILES[file].test(name))
}

/** How a file that Node has loaded asks for another of the bundle. */
function loaded(name, file) {
  return `require('${toRoot(name)}/load.js').load(\`\${__dirname}/${toRoot(name)}/${file}\`)`
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
function bundledText(name, exported, root) {
  return `export { ${exported.map((word) => `${word} as ${bundledAs(name, word)}`).join(', ')} } from '${root}/../dist/${name}'\n`
}

function entryText(name, file, exported) {
  const lines = exported.map((word) => `${word === 'default' ? 'module.exports' : `exports.${word}`} = bundle.${bundledAs(name, word)}\n`)
  return `const bundle = ${loaded(name, file)}\n${lines.join('')}`
}

function bundledAs(name, word) {
  return `${name.replaceAll(/\W/g, '_')}_${word}`
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
  const ours = filesUnder(fileURLToPath(new URL('bundles', import.meta.url)), () => true)
  return hashTimes([fileURLToPath(import.meta.url), ...ours, ...libraries().flatMap(modulesOf)])
}

function outputsNow() {
  const isOutput = (name) => isModule(name) || name === 'package.json'
  const beside = (folder) => filesUnder(join(folder, 'dist'), (name) => name === 'package.json')
  return hashTimes(libraries().flatMap((folder) => [...filesUnder(join(folder, 'bundle'), isOutput), ...beside(folder)]))
}

function isModule(name) {
  return name.endsWith('.js')
}
