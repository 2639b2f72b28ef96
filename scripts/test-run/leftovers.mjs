import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Children that die with their parent, and files removed by a dying process, take a moment. */
const graceMs = 3_000

/** What the tests may leave in the kernel: System V objects and files in /dev/shm of this user, and processes of this run. */
export class Leftovers {
  /** Every process that a test starts inherits this, whatever group, session or parent it ends up with. */
  env = { SHOAL_TEST_RUN: `${process.pid}-${Date.now()}` }
  #before = named()

  /** @returns {Promise<string[]>} what is there now and was not before, once it had time to go */
  async find() {
    for (const deadline = performance.now() + graceMs; ; await sleep(50)) {
      const found = [...named()].filter((name) => !this.#before.has(name)).concat(this.#processes())
      if (found.length === 0 || performance.now() > deadline) return found
    }
  }

  #processes() {
    const mark = `SHOAL_TEST_RUN=${this.env.SHOAL_TEST_RUN}`
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && read(`/proc/${name}/environ`).split('\0').includes(mark))
      .map((pid) => `process ${pid}: ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()}`)
  }
}

function named() {
  return new Set([...systemV('shm'), ...systemV('sem'), ...systemV('msg'), ...sharedFiles('/dev/shm')])
}

/** The rows of `ipcs`, from where it reads them. */
function systemV(kind) {
  const [head, ...rows] = read(`/proc/sysvipc/${kind}`).trim().split('\n')
  const columns = head.trim().split(/\s+/)
  const [id, creator] = [columns.indexOf(`${kind}id`), columns.indexOf('cuid')]
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter((row) => Number(row[creator]) === process.getuid())
    .map((row) => `System V ${kind} ${row[id]}`)
}

/** Files only: an empty registry folder holds nothing. */
function sharedFiles(folder) {
  return entries(folder).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sharedFiles(path)
    return statSync(path, { throwIfNoEntry: false })?.uid === process.getuid() ? [path] : []
  })
}

function entries(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
