import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isAbsolute } from 'node:path'
import { ShoalError } from '../errors/index.js'

const require = createRequire(import.meta.url)
/** Every character that a wildcard may be made of: most paths have none, and workers never see any. */
const WILD = /[*?[\]{}()!+@|\\]/

/**
 * The files that `path` stands for: itself if there is such a file or it has no wildcards, else the files that match, sorted by their
 * paths' UTF-16 code units.
 *
 * @throws ShoalError `SHOAL_SOURCE_NO_MATCH`
 */
export function expandGlobs(path: string): string[] {
  if (!WILD.test(path) || existsSync(path)) return [path]
  // Loaded when it is needed: workers would start later by a tenth.
  const { globSync, isDynamicPattern } = require('tinyglobby') as typeof import('tinyglobby')
  if (!isDynamicPattern(path)) return [path]
  const found = globSync(path, { absolute: isAbsolute(path), expandDirectories: false })
  if (found.length > 0) return found.sort()
  const from = isAbsolute(path) ? '' : ` from ${process.cwd()}`
  throw new ShoalError('SHOAL_SOURCE_NO_MATCH', `Expected files that match ${path}${from} but found none`)
}
