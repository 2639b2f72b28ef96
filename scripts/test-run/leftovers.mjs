import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { environmentOf, processesOf, read } from './processes.mjs'
import { belongsToOtherRuns, Registry } from './registry.mjs'

/** Children that die with their parent, and files removed by a dying process, take a moment. */
const graceMs = 3_000

/**
 * What the tests may leave in the kernel: processes of this run, what is in its registry, System V objects, and files and folders in
 * /dev/shm of this user. What runs beside it have there is not counted, as far as it tells whose it is.
 */
export class Leftovers {
  #mark = `${process.pid}-${randomBytes(4).toString('hex')}`
  #registry = new Registry(this.#mark)
  #before = this.#named()
  /** Every process that a test starts inherits this. */
  env = { ...environmentOf(this.#mark), SHOAL_REGISTRY: this.#registry.path }

  constructor() {
    // Also when this process fails.
    process.once('exit', () => this.end())
  }

  /** @returns {Promise<string[]>} what is there now and was not before, once it had time to go */
  async find() {
    for (const deadline = performance.now() + graceMs; ; await sleep(50)) {
      const found = [...this.#named()].filter((name) => !this.#before.has(name)).concat(this.#registry.contents(), this.#processes())
      if (found.length === 0 || performance.now() > deadline) return found
    }
  }

  /** Ends the processes that are left, and then removes the registry and what is recorded in it. */
  end() {
    const deadline = performance.now() + graceMs
    for (let left = processesOf(this.#mark); left.length > 0 && performance.now() < deadline; left = processesOf(this.#mark)) {
      for (const { pid } of left) kill(pid)
    }
    this.#registry.remove()
  }

  #processes() {
    return processesOf(this.#mark).map(({ pid, command }) => `process ${pid}: ${command}`)
  }

  #named() {
    const isOthers = belongsToOtherRuns(this.#registry.path)
    const names = [...segments(this.#mark), ...systemV('sem'), ...systemV('msg'), ...shared('/dev/shm')].map(({ name }) => name)
    return new Set(names.filter((name) => name !== this.#registry.path && !name.startsWith(`${this.#registry.path}/`) && !isOthers(name)))
  }
}

/** System V segments, without those whose creator lives and is not of this run. */
function segments(mark) {
  const ours = new Set(processesOf(mark).map(({ pid }) => pid))
  return systemV('shm').filter(({ creator }) => ours.has(creator) || !existsSync(`/proc/${creator}`))
}

/** The rows of `ipcs`, from where it reads them. */
function systemV(kind) {
  const [head, ...rows] = read(`/proc/sysvipc/${kind}`).trim().split('\n')
  const columns = head.trim().split(/\s+/)
  const [id, owner, creator] = [`${kind}id`, 'cuid', 'cpid'].map((column) => columns.indexOf(column))
  return rows
    .map((row) => row.trim().split(/\s+/).map(Number))
    .filter((row) => row[owner] === process.getuid())
    .map((row) => ({ name: `System V ${kind} ${row[id]}`, creator: row[creator] }))
}

function shared(folder) {
  return entries(folder).flatMap((entry) => {
    const name = join(folder, entry.name)
    const own = statSync(name, { throwIfNoEntry: false })?.uid === process.getuid() ? [{ name }] : []
    return entry.isDirectory() ? [...own, ...shared(name)] : own
  })
}

function entries(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}
