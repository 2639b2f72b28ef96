import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../setup/paths.mjs'

const forbidden = [
  { what: 'the address of a package registry', pattern: /registry\.(npmjs|yarnpkg)|\bnpm\.pkg\.github|^\s*tarball:|^\s*resolved:/m },
  { what: 'an absolute path of one machine', pattern: /(^|[\s'"`(=:])\/(home|root|Users|work|mnt|workspace|builds)\/\w/m },
]

/** Tracked files that would only be right on one machine or with one registry. */
export function checkAddresses() {
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  return files
    .split('\0')
    .filter((file) => file !== '')
    .flatMap((file) => {
      const text = read(join(root, file))
      return forbidden.flatMap(({ what, pattern }) => {
        const found = pattern.exec(text)
        if (found === null) return []
        return [`${file}:${text.slice(0, found.index).split('\n').length} holds ${what}: ${found[0].trim()}`]
      })
    })
}

/** Empty for a file that git knows and that is deleted, and for a link to a folder. */
function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'EISDIR') return ''
    throw error
  }
}
