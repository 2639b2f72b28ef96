import { type BigIntStats, statSync } from 'node:fs'

/**
 * What is at a path that the user has named; undefined for nothing. In big integers: Node 20 finds no module behind a symbolic link while the
 * last thing that it was asked about in plain numbers is a pipe or a socket.
 */
export function statPath(path: string): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })
}
