import { basename, dirname, join, relative } from 'node:path'
import { wordsOf } from './words-of.mjs'

const IMPORT = /^import (?:(\{[^}]*\}) from )?"(\.[^"]+)";$/gm
const EXPORT = /^export (\{[^}]*\});$/m

/**
 * Where others need all modules of an entry too, its file only hands out what a chunk has: a file more to load for every worker. There the
 * chunk takes its place. `files` are those that esbuild has made, `{ path, text }`, ES modules and their maps; `entries` are lists of what
 * each entry exports, by path.
 */
export function inPlaceOfEntries(files, entries) {
  return Object.entries(entries).reduce((before, [path, exported]) => {
    const entry = before.find((file) => file.path === path)
    const chunk = chunkOf(entry, exported, before)
    return chunk === undefined ? before : moved(before, chunk, entry, exported)
  }, files)
}

/** Undefined for an entry that has code, or hands out what several files have. */
function chunkOf({ path, text }, exported, files) {
  const code = text
    .replaceAll(IMPORT, '')
    .replace(EXPORT, '')
    .replaceAll(/^(import ".*";|\/\/.*)$/gm, '')
  const local = wordsOf(EXPORT.exec(text)?.[1])
  const from = [...text.matchAll(IMPORT)].filter(([, names]) => exported.some((word) => wordsOf(names).has(local.get(word))))
  if (code.trim() !== '' || from.length !== 1) return undefined
  return files.find((file) => file.path === join(dirname(path), from[0][2]))
}

function moved(files, chunk, entry, exported) {
  const mapOf = ({ path }) => `${path}.map`
  const map = files.find(({ path }) => path === mapOf(chunk))
  return files
    .filter(({ path }) => ![chunk.path, mapOf(chunk), entry.path, mapOf(entry)].includes(path))
    .map(({ path, text }) => ({ path, text: withImports(text, path, path, (from) => (from === chunk.path ? entry.path : from)) }))
    .concat({ path: entry.path, text: withExportsOf(entry, chunk, exported) }, { path: mapOf(entry), text: movedMap(map, mapOf(entry)) })
}

function withExportsOf(entry, chunk, exported) {
  const inChunk = wordsOf(EXPORT.exec(chunk.text)[1])
  const imported = wordsOf([...entry.text.matchAll(IMPORT)].map(([, names]) => names).join(','))
  const inEntry = wordsOf(EXPORT.exec(entry.text)[1])
  for (const word of exported) inChunk.set(word, inChunk.get(imported.get(inEntry.get(word))))
  return withImports(chunk.text, chunk.path, entry.path, (from) => from)
    .replace(EXPORT, () => `export { ${[...inChunk].map(([as, word]) => `${word} as ${as}`).join(', ')} };`)
    .replace(/(?<=^\/\/# sourceMappingURL=).*/m, `${basename(entry.path)}.map`)
}

/** What a file at `path` imports, as it has to be named at `target`; `moved` says where each file is then. */
function withImports(text, path, target, moved) {
  return text.replaceAll(IMPORT, (_, names, from) => {
    const what = names === undefined ? '' : `${names} from `
    const named = relative(dirname(target), moved(join(dirname(path), from)))
    return `import ${what}"${named.startsWith('.') ? named : `./${named}`}";`
  })
}

function movedMap({ path, text }, target) {
  const map = JSON.parse(text)
  const sources = map.sources.map((source) => relative(dirname(target), join(dirname(path), source)))
  return JSON.stringify({ ...map, sources })
}
