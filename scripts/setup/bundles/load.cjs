'use strict'

const { readFileSync } = require('node:fs')
const Module = require('node:module')
const { dirname, resolve } = require('node:path')
const { Script } = require('node:vm')

/** Code that V8 has made of the files beside this one when they were built: to read that takes it a fraction of the time. */
const CODE = `${__dirname}/code/${process.versions.v8}-${process.arch}`

/** Who collects coverage, maps stacks to sources, or has a loader of their own, sees every file being loaded. */
const isWatched = process.env.NODE_V8_COVERAGE !== undefined || process.sourceMapsEnabled || require.cache !== Module._cache

/** What a file of the bundle exports. It is in the cache of modules, too, whoever asks for it. */
exports.load = function load(name) {
  const path = resolve(name)
  const cachedData = isWatched || path in require.cache ? undefined : codeFor(path)
  if (cachedData === undefined) return require(path)
  const module = Object.assign(new Module(path), { filename: path })
  const folder = dirname(path)
  const place = (name) => (name.startsWith('.') ? resolve(folder, name) : name)
  const requireBeside = (name) => (name.startsWith('.') ? load(place(name)) : require(name))
  requireBeside.resolve = (name) => require.resolve(place(name))
  require.cache[path] = module
  try {
    exports.scriptOf(path, cachedData).runInThisContext().call(module.exports, module.exports, requireBeside, module, path, folder)
    module.loaded = true
  } finally {
    if (!module.loaded) delete require.cache[path]
  }
  return module.exports
}

/** V8 makes the code again, if it has other flags than those that it was made with. */
exports.scriptOf = (path, cachedData) => {
  const text = `(function (exports, require, module, __filename, __dirname) { ${readFileSync(path, 'utf8')}\n})`
  return new Script(text, { filename: path, cachedData })
}

/** Where the code of a file is. */
exports.codeOf = (path) => `${CODE}${path.slice(__dirname.length)}c`

/** In a `Script` it would ask for a flag of Node's. */
exports.importModule = (url) => import(url)

function codeFor(path) {
  try {
    return readFileSync(exports.codeOf(path))
  } catch {
    return undefined // built for another version of V8
  }
}
