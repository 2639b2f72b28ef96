import { existsSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { globSync, isDynamicPattern } from 'tinyglobby'
import { ShoalError } from '../errors/index.js'

/**
 * The files that `path` stands for: itself if there is such a file or it has no wildcards, else the files that match, sorted by their
 * paths' UTF-16 code units.
 *
 * @throws ShoalError `SHOAL_SOURCE_NO_MATCH`
 */
export function expandGlobs(path: string): string[] {
  if (!isDynamicPattern(path) || existsSync(path)) return [path]
  const found = globSync(path, { absolute: isAbsolute(path), expandDirectories: false })
  if (found.length > 0) return found.sort()
  const from = isAbsolute(path) ? '' : ` from ${process.cwd()}`
  throw new ShoalError('SHOAL_SOURCE_NO_MATCH', `Expected files that match ${path}${from} but found none`)
}
