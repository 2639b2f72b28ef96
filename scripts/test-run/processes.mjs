import { readdirSync, readFileSync } from 'node:fs'

const name = 'SHOAL_TEST_RUN'

/**
 * The variable that tells which run of the tests a process belongs to, whatever group, session or parent it ended up with. A run that is
 * started by a test of another one belongs to both.
 */
export function environmentOf(mark) {
  return { [name]: [process.env[name], mark].filter(Boolean).join(' ') }
}

/** @returns {{ pid: number, command: string }[]} the processes that were started with this mark, or by one that was */
export function processesOf(mark) {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && marksOf(pid).includes(mark))
    .map((pid) => ({ pid: Number(pid), command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() }))
}

function marksOf(pid) {
  const variables = read(`/proc/${pid}/environ`).split('\0')
  return (
    variables
      .find((variable) => variable.startsWith(`${name}=`))
      ?.slice(name.length + 1)
      .split(' ') ?? []
  )
}

/** Text of a file that may go any moment, or not be ours to read: empty then. */
export function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
