import { type Dirent, existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isAbsolute, join, resolve } from 'node:path'
import { ShoalError } from '../errors/index.js'
import { statPath } from '../memory/index.js'

const require = createRequire(import.meta.url)
/** Every character that a wildcard may be made of: most paths have none, and workers never see any. */
const WILD = /[*?[\]{}()!+@|\\]/

/**
 * The files that `path` stands for: itself if there is such a file or it has no wildcards, else the files that match, sorted by their
 * paths' UTF-16 code units. `**` does not go through links to folders: what they lead back to would be found twice.
 *
 * @throws ShoalError `SHOAL_SOURCE_NO_MATCH`
 */
export function expandGlobs(path: string): string[] {
  if (!WILD.test(path) || existsSync(path)) return [path]
  // Loaded when it is needed: workers would start later by a tenth.
  const tinyglobby = require('tinyglobby') as typeof import('tinyglobby')
  if (!tinyglobby.isDynamicPattern(path)) return [path]
  const found = new Set(alternatives(path).flatMap((pattern) => matching(pattern, tinyglobby)))
  if (found.size > 0) return [...found].sort()
  const from = isAbsolute(path) ? '' : ` from ${process.cwd()}`
  throw new ShoalError('SHOAL_SOURCE_NO_MATCH', `Expected files that match ${path}${from} but found none`)
}

/** Up to the last `..` before the first wildcard. */
const BACK = /^(?:[^*?[\]{}()!+@|\\/]*\/)*\.\.\/+/

/** A pattern that leads back up is looked for from there: else what it finds in the folder that it came from would not match. */
function matching(pattern: string, { globSync }: typeof import('tinyglobby')): string[] {
  const [back] = BACK.exec(pattern) ?? ['']
  const absolute = isAbsolute(pattern)
  const options = { absolute, cwd: resolve(back), expandDirectories: false }
  const links = pattern.includes('**') ? { followSymbolicLinks: false, fs: { readdirSync: readFolder } } : {}
  const found = globSync(pattern.slice(back.length), { ...options, ...links })
  return back === '' || absolute ? found : found.map((path) => join(back, path))
}

/** tinyglobby can only pass over all links, or none: one to a file is given out as that file. */
const readFolder = ((path: string) => {
  const entries = readdirSync(path, { withFileTypes: true })
  return entries.map((entry) => (entry.isSymbolicLink() && isFile(join(path, entry.name)) ? asFile(entry) : entry))
}) as unknown as typeof readdirSync

/** Not for a link that leads nowhere, or round in a circle. */
function isFile(path: string): boolean {
  try {
    return statPath(path)?.isFile() === true
  } catch {
    return false
  }
}

function asFile(entry: Dirent): Dirent {
  return Object.create(entry, { isFile: { value: () => true } }) as Dirent
}

/** The patterns that one stands for which begins with a choice, `{…,…}`: each may begin elsewhere. */
function alternatives(pattern: string): string[] {
  if (!pattern.startsWith('{')) return pattern === '' ? [] : [pattern]
  const ends = [0]
  for (let at = 1, depth = 1; depth > 0; at++) {
    const character = pattern[at]
    if (character === undefined) return [pattern]
    if (character === '\\') at++
    else if (character === '{') depth++
    else if (character === '}') depth--
    if (depth === 0 || (depth === 1 && character === ',')) ends.push(at)
  }
  const rest = pattern.slice(ends.at(-1)! + 1)
  // Without a comma it is a range, `{1..9}`, or means itself.
  if (ends.length === 2) return [pattern]
  return ends.slice(1).flatMap((end, index) => alternatives(pattern.slice(ends[index]! + 1, end) + rest))
}
