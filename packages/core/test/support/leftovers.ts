import { readdirSync, readFileSync } from 'node:fs'

/** Folders of registries, which come and go with runs of the tests. */
const registries = /^shoal-(test-.*|\d+)$/

/** Names in /dev/shm and ids of System V segments and semaphore sets. */
export function sharedObjects(): string[] {
  const ids = (table: string) =>
    readFileSync(`/proc/sysvipc/${table}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => `${table} ${line.trim().split(/\s+/)[1]}`)
  return [...readdirSync('/dev/shm').filter((name) => !registries.test(name)), ...ids('shm'), ...ids('sem')]
}

/**
 * Those that were not there before and stay: nothing means that nothing was left. What programs beside this one make goes in a while, and
 * new ones of theirs do not count.
 */
export async function newSharedObjects(before: readonly string[]): Promise<string[]> {
  let left = sharedObjects().filter((name) => !before.includes(name))
  const deadline = performance.now() + 60_000
  while (left.length > 0 && performance.now() < deadline) {
    await new Promise(setImmediate)
    const present = sharedObjects()
    left = left.filter((name) => present.includes(name))
  }
  return left
}
