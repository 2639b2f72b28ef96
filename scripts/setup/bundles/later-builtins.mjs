/** What piscina's side of a worker has in the place of modules of Node's: of `perf_hooks` it uses the clock alone, which is global. */
const STAND_INS = {
  'node:perf_hooks': 'module.exports = globalThis',
  'node:url': later('node:url', ['fileURLToPath', 'pathToFileURL', 'URL']),
  'node:os': later('node:os', ['availableParallelism']),
}

/** Modules that Node has not loaded by itself take every thread as long as a module of ten thousand characters: these are hardly ever asked. */
export const laterBuiltins = {
  name: 'later builtins',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^node:/ }, ({ importer, path }) =>
      path in STAND_INS && /\/piscina\/dist\/(worker|common)\.js$/.test(importer) ? { path, namespace: 'later-builtins' } : undefined,
    )
    onLoad({ filter: /.*/, namespace: 'later-builtins' }, ({ path }) => ({ contents: STAND_INS[path] }))
  },
}

function later(module, names) {
  return `module.exports = { ${names.map((name) => `get ${name}() { return require('${module}').${name} }`).join(', ')} }`
}
