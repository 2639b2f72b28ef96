import { dirname } from 'node:path'

/** The one module that looks for files beside itself stays where they are. The others of its package are taken into whatever uses them. */
export const bindingOutside = {
  name: 'binding outside',
  setup({ initialOptions, onResolve }) {
    const own = dirname(initialOptions.outdir)
    onResolve({ filter: /\/binding\.js$/ }, ({ importer }) => {
      const isOutside = /\/native\/dist\//.test(importer) && !importer.startsWith(own)
      return isOutside ? { path: '@shoal/native/bundle/binding.js', external: true } : undefined
    })
  },
}
