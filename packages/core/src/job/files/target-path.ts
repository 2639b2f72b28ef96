import { readlinkSync, realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** As many as the kernel follows. */
const MAX_LINKS = 40
/** What `/dev/stdout` is a link to. */
const OPEN_FILE = /^\/proc\/[^/]+\/(task\/[^/]+\/)?fd\//

/**
 * The path that `path` stands for: where it is a symbolic link, the file that this points at, be it there or not. The link itself stays, as for
 * `sort -o` and the shell's `>`.
 */
export function targetPath(path: string): string {
  let target = path
  for (let links = 0; links < MAX_LINKS; links++) {
    // What is open already would be replaced under who has it open.
    if (OPEN_FILE.test(resolve(target))) throw new Error(`expected a file of its own there but found one that is open already (${target})`)
    const link = linkAt(target)
    if (link === undefined) return target
    target = resolve(realpathSync(dirname(target)), link)
  }
  throw new Error('it is a symbolic link to a symbolic link, and so on')
}

/** What the link there says; undefined where there is none. */
function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EINVAL' || code === 'ENOENT') return undefined
    throw error
  }
}
