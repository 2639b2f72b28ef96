import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface NodeRelease {
  readonly version: string
  readonly execPath: string
}

/** First and latest of each line that Shoal supports; the Node that runs the tests stands for the oldest line. */
const versions = ['22.0.0', '22.23.3', '24.0.0', '24.21.0', '26.10.0']

/**
 * For programs that end busy threads: a thread that ends waits for what Maglev compiles for it meanwhile, and that may wait for a
 * collection by the thread, so that neither ever goes on (https://github.com/nodejs/node/issues/54918).
 */
export const withoutMaglev = '--no-maglev'

const cache = fileURLToPath(new URL('../../../../.cache/node/', import.meta.url))

/**
 * The releases that could be had: their Linux builds are packages of the npm registry, fetched once.
 * What cannot be fetched is left out, loudly.
 */
export function nodeReleases(): NodeRelease[] {
  return [{ version: process.versions.node, execPath: process.execPath }, ...versions.flatMap(fetchRelease)]
}

function fetchRelease(version: string): NodeRelease[] {
  const folder = join(cache, version)
  const execPath = join(folder, 'package/bin/node')
  if (!existsSync(execPath)) {
    try {
      download(version, folder)
    } catch (error) {
      console.error(`SKIPPED: Node ${version} could not be fetched from the npm registry: ${(error as Error).message}`)
      return []
    }
  }
  return [{ version, execPath }]
}

function download(version: string, folder: string): void {
  const part = `${folder}.part-${process.pid}`
  mkdirSync(part, { recursive: true })
  try {
    const name = `node-linux-${process.arch}`
    const output = execFileSync('npm', ['pack', `${name}@${version}`, '--silent', '--pack-destination', part], {
      cwd: part,
      timeout: 180_000,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    execFileSync('tar', ['-xzf', join(part, output.trim().split('\n').at(-1)!), '-C', part, 'package/bin/node'])
    rmSync(folder, { recursive: true, force: true })
    renameSync(part, folder)
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
}
