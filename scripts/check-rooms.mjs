import './setup/node-version.mjs'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { importsOf } from './rooms/imports.mjs'
import { rooms, violation } from './rooms/rules.mjs'
import { root } from './setup/paths.mjs'
import { filesUnder } from './setup/stamp.mjs'

/**
 * Every import below `base` that goes against the order of packages and rooms, one line each.
 * @param {string} base the root of a checkout
 * @returns {string[]}
 */
export function checkRooms(base) {
  const skip = ['node_modules', 'dist', 'dist-test', 'build']
  const sources = ['packages', 'benchmarks'].flatMap((folder) => filesUnder(join(base, folder), (name) => name.endsWith('.ts'), skip))
  const wrong = sources.flatMap((path) => {
    const file = relative(base, path)
    return importsOf(readFileSync(path, 'utf8'))
      .map((specifier) => ({ specifier, why: violation(file, specifier) }))
      .filter(({ why }) => why !== undefined)
      .map(({ specifier, why }) => `${file} imports '${specifier}': ${why}`)
  })
  return [...unknownRooms(base), ...wrong]
}

function unknownRooms(base) {
  return readdirSync(join(base, 'packages/core/src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !rooms.includes(entry.name))
    .map(({ name }) => `packages/core/src/${name} is no room: ${rooms.join(', ')}`)
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const wrong = checkRooms(root)
  for (const line of wrong) console.error(line)
  process.exitCode = wrong.length > 0 ? 1 : 0
}
