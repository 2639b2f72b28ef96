import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { processesOf } from './processes.mjs'

const shm = '/dev/shm'
const prefix = 'shoal-test-'
const clearing = fileURLToPath(new URL('./clear-registry.mjs', import.meta.url))

/** The folder that a run of the tests gives them as `SHOAL_REGISTRY`: theirs alone, so that runs beside it see nothing of each other. */
export class Registry {
  path

  constructor(mark) {
    this.path = join(shm, prefix + mark)
    mkdirSync(this.path, { mode: 0o700 }) // as the library demands
  }

  /** What is in it, recorded or not. */
  contents() {
    return existsSync(this.path) ? readdirSync(this.path).map((name) => join(this.path, name)) : []
  }

  /** Removes it and what is recorded in it. */
  remove() {
    removeRegistry(this.path)
  }
}

/** What runs have left that were killed. */
export function removeRegistriesOfDeadRuns() {
  for (const { path } of registries().filter(({ alive }) => !alive)) removeRegistry(path)
}

/**
 * What other runs have in the kernel now, by the names of `Leftovers`.
 * @returns {(name: string) => boolean}
 */
export function belongsToOtherRuns(own) {
  const folders = registries()
    .filter(({ path, alive }) => alive && path !== own)
    .map(({ path }) => path)
  const recorded = new Set(folders.flatMap(filesBelow).flatMap(recordedName))
  return (name) => recorded.has(name) || folders.some((folder) => name === folder || name.startsWith(`${folder}/`))
}

/** Those of this user. A run lives as long as one of its processes does. */
function registries() {
  return readdirSync(shm)
    .filter((name) => name.startsWith(prefix) && statSync(join(shm, name), { throwIfNoEntry: false })?.uid === process.getuid())
    .map((name) => {
      const mark = name.slice(prefix.length)
      return { path: join(shm, name), alive: existsSync(`/proc/${mark.split('-')[0]}`) || processesOf(mark).length > 0 }
    })
}

function removeRegistry(path) {
  // Single tests may have made registries of their own in it.
  const folders = filesBelow(path).flatMap((file) => (file.endsWith('.owner') ? [file.slice(0, file.lastIndexOf('/'))] : []))
  for (const SHOAL_REGISTRY of new Set(folders)) {
    spawnSync(process.execPath, [clearing], { env: { ...process.env, SHOAL_REGISTRY }, stdio: ['ignore', 'ignore', 'inherit'] })
  }
  rmSync(path, { recursive: true, force: true })
}

function filesBelow(folder) {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  } catch {
    return [] // just removed
  }
}

function recordedName(path) {
  if (!path.endsWith('.record')) return []
  try {
    const { kind, name, shmid, semid } = JSON.parse(readFileSync(path, 'utf8'))
    return kind === 'posix' ? [shm + name] : kind === 'sysv' ? [`System V shm ${shmid}`] : [`System V sem ${semid}`]
  } catch {
    return []
  }
}
