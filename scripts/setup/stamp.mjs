import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { cache, root } from './paths.mjs'

/** What a step saw and made the last time it was complete: plain JSON in a file of its own. */
export class Stamp {
  #path

  constructor(name) {
    this.#path = join(cache, 'setup', `${name}.json`)
  }

  /** @returns {Record<string, string>} empty when the step never completed */
  read() {
    try {
      return JSON.parse(readFileSync(this.#path, 'utf8'))
    } catch {
      return {}
    }
  }

  /** Whether the step saw these inputs and what it made is as it left it. Outputs are looked at only if nothing else speaks against it. */
  isCurrent(inputsNow, outputsNow) {
    const { inputs, outputs } = this.read()
    return inputs === inputsNow() && outputs === outputsNow()
  }

  /** Removed before a step begins, so that an interrupted one is seen as never done. */
  clear() {
    rmSync(this.#path, { force: true })
  }

  write(content) {
    mkdirSync(dirname(this.#path), { recursive: true })
    const draft = `${this.#path}.${process.pid}`
    writeFileSync(draft, `${JSON.stringify(content)}\n`)
    renameSync(draft, this.#path)
  }
}

/** Every file below `folder` that `accepts`, sorted; folders that git ignores are the caller's to name. */
export function filesUnder(folder, accepts, skipFolders = []) {
  const found = []
  const walk = (at) => {
    let entries
    try {
      entries = readdirSync(at, { withFileTypes: true })
    } catch (error) {
      if (error.code === 'ENOENT') return
      throw error
    }
    for (const entry of entries) {
      const path = join(at, entry.name)
      if (entry.isDirectory()) {
        if (!skipFolders.includes(entry.name)) walk(path)
      } else if (accepts(entry.name)) found.push(path)
    }
  }
  walk(folder)
  return found.sort()
}

/** A hash over names and contents: what a rebuild depends on, whatever the clock says. */
export function hashContents(paths) {
  const hash = createHash('sha256')
  for (const path of paths) {
    hash.update(`${relative(root, path)}\0`)
    hash.update(contentOf(path))
    hash.update('\0')
  }
  return hash.digest('hex')
}

/** A hash over names, sizes and times: hundreds of files in a few milliseconds. */
export function hashTimes(paths) {
  const hash = createHash('sha256')
  for (const path of paths) {
    const { size, mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { size: -1, mtimeMs: 0 }
    hash.update(`${relative(root, path)}\0${size}\0${mtimeMs}\0`)
  }
  return hash.digest('hex')
}

function contentOf(path) {
  try {
    return readFileSync(path)
  } catch (error) {
    if (error.code === 'ENOENT') return ''
    throw error
  }
}
