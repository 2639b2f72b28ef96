/**
 * Piscina's side of a worker imports nothing of `perf_hooks` but the clock, which is global. To load the rest takes every thread as long as a
 * module of ten thousand characters.
 */
export const globalClock = {
  name: 'global clock',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^node:perf_hooks$/ }, ({ importer, path }) =>
      /\/piscina\/dist\/worker\.js$/.test(importer) ? { path, namespace: 'global-clock' } : undefined,
    )
    onLoad({ filter: /.*/, namespace: 'global-clock' }, () => ({ contents: 'module.exports = globalThis' }))
  },
}
