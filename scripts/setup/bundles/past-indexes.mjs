import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/**
 * What a room's index hands out is imported from where it is. Whoever asks the index for one thing would else get all that it names into its
 * file.
 */
export const pastIndexes = {
  name: 'past indexes',
  setup({ onLoad }) {
    onLoad({ filter: /\/dist\/.*\.js$/ }, ({ path }) => ({ contents: importPastIndexes(readFileSync(path, 'utf8'), dirname(path)) }))
  },
}

function importPastIndexes(text, folder) {
  return text.replaceAll(/^import \{([^}]*)\} from '(\.[^']*\/index\.js)';?$/gm, (_, names, index) =>
    wordsOf(names)
      .map(({ word, as }) => {
        const { path, name } = originOf(join(folder, index), word)
        return `import { ${name} as ${as} } from './${relative(folder, path)}';`
      })
      .join(''),
  )
}

/** Where a module has what it exports under a name: in itself, or where its index says. */
function originOf(path, name) {
  if (!path.endsWith('/index.js')) return { path, name }
  const lines = readFileSync(path, 'utf8').matchAll(/^export \{([^}]*)\} from '([^']+)';?$/gm)
  for (const [, names, from] of lines) {
    const found = wordsOf(names).find(({ as }) => as === name)
    if (found !== undefined) return originOf(join(dirname(path), from), found.word)
  }
  return { path, name }
}

/** Of `a, b as c`. */
function wordsOf(names) {
  return names
    .split(',')
    .map((text) => text.trim().split(' as '))
    .filter(([word]) => word !== '')
    .map(([word, as = word]) => ({ word, as }))
}
