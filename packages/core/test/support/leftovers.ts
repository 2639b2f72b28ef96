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

/** Those that were not there before, once what other programs make for a moment has had time to go: nothing means that nothing was left. */
export async function newSharedObjects(before: readonly string[]): Promise<string[]> {
  const isNew = (name: string) => !before.includes(name)
  const deadline = performance.now() + 5_000
  while (sharedObjects().some(isNew) && performance.now() < deadline) await new Promise(setImmediate)
  return sharedObjects().filter(isNew)
}
