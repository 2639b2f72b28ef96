import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { root } from '../paths.mjs'
import { wordsOf } from './words-of.mjs'

const NATIVE = join(root, 'packages/native/dist/index.js')

/**
 * What an index hands out, a room's or that of the native package, is imported, or handed on, from where it is. Whoever asks the index for one
 * thing would else get all that it names into its file.
 */
export const pastIndexes = {
  name: 'past indexes',
  setup({ onLoad }) {
    onLoad({ filter: /\/dist\/.*\.js$/ }, ({ path }) => ({ contents: importPastIndexes(readFileSync(path, 'utf8'), dirname(path)) }))
  },
}

function importPastIndexes(text, folder) {
  return text.replaceAll(/^(import|export) \{([^}]*)\} from '(\.[^']*\/index\.js|@shoal\/native)';?$/gm, (_, verb, names, index) =>
    [...wordsOf(names)]
      .map(([as, word]) => {
        const { path, name } = originOf(index === '@shoal/native' ? NATIVE : join(folder, index), word)
        return `${verb} { ${name} as ${as} } from './${relative(folder, path)}';`
      })
      .join(''),
  )
}

/** Where a module has what it exports under a name: in itself, or where its index says. */
function originOf(path, name) {
  if (!path.endsWith('/index.js')) return { path, name }
  const lines = readFileSync(path, 'utf8').matchAll(/^export \{([^}]*)\} from '([^']+)';?$/gm)
  for (const [, names, from] of lines) {
    const word = wordsOf(names).get(name)
    if (word !== undefined) return originOf(join(dirname(path), from), word)
  }
  return { path, name }
}
