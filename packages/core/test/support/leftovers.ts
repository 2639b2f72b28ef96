import { readdirSync, readFileSync } from 'node:fs'

const registry = `shoal-${process.getuid!()}`

/** Names in /dev/shm and ids of System V segments and semaphore sets: equal before and after means nothing was left behind. */
export function sharedObjects(): string[] {
  const ids = (table: string) =>
    readFileSync(`/proc/sysvipc/${table}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => `${table} ${line.trim().split(/\s+/)[1]}`)
  return [...readdirSync('/dev/shm').filter((name) => name !== registry), ...ids('shm'), ...ids('sem')].sort()
}
