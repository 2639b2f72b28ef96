import { readdirSync, readFileSync } from 'node:fs'

/** The variable that tells which run of the tests a process belongs to, whatever group, session or parent it ended up with. */
export const markName = 'SHOAL_TEST_RUN'

/** @returns {{ pid: number, command: string }[]} the processes that were started with this mark, or by one that was */
export function processesOf(mark) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && read(`/proc/${name}/environ`).split('\0').includes(`${markName}=${mark}`))
    .map((pid) => ({ pid: Number(pid), command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() }))
}

/** Text of a file that may go any moment, or not be ours to read: empty then. */
export function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
