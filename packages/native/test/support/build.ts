import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** packages/native */
export const packageFolder = fileURLToPath(new URL('../..', import.meta.url))
const cache = join(packageFolder, '../../.cache/native')
const contents = ['src', 'test', 'bundle', 'dist', 'node_modules']

export interface Variant {
  readonly name: string
  /** gyp variables, e.g. `address_sanitizer=1`. */
  readonly defines?: readonly string[]
  /** What make is to build; everything if left out. */
  readonly target?: string
  /** For another machine than this one. */
  readonly arch?: string
  readonly env?: NodeJS.ProcessEnv
}

/**
 * Builds the package once more, with other switches, beside the build that the tests use, and answers with its folder. Only what has
 * changed since the last time is compiled.
 */
export async function buildVariant({ name, defines = [], target, arch, env = {} }: Variant): Promise<string> {
  const folder = prepareFolder(name)
  const nodeGyp = createRequire(join(packageFolder, 'package.json')).resolve('node-gyp/bin/node-gyp.js')
  const options = { cwd: folder, env: { ...process.env, ...env } }
  const variables = ['build_tests=1', ...defines].map((define) => `-D${define}`)
  await runBuild(
    process.execPath,
    [nodeGyp, 'configure', '--release', ...headers(), ...(arch === undefined ? [] : [`--arch=${arch}`]), '--', ...variables],
    options,
  )
  await runBuild('make', ['-s', '-j2', '-C', 'build', 'BUILDTYPE=Release', ...(target === undefined ? [] : [target])], options)
  return folder
}

/** A folder that looks like the package and has a `build` of its own. `copied`: npm packs no links. */
export function prepareFolder(name: string, copied: readonly string[] = []): string {
  const folder = join(cache, name)
  mkdirSync(folder, { recursive: true })
  for (const file of ['binding.gyp', 'package.json']) {
    const from = join(packageFolder, file)
    const to = join(folder, file)
    if (!existsSync(to) || readFileSync(to, 'utf8') !== readFileSync(from, 'utf8')) cpSync(from, to)
  }
  for (const entry of contents) {
    if (copied.includes(entry)) cpSync(join(packageFolder, entry), join(folder, entry), { recursive: true, preserveTimestamps: true })
    else if (!existsSync(join(folder, entry))) symlinkSync(join(packageFolder, entry), join(folder, entry))
  }
  return folder
}

/** The headers of the Node that runs the tests, where it came with them. */
export function headers(): string[] {
  const prefix = dirname(dirname(process.execPath))
  return existsSync(join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : []
}

/** Runs `make` unless the sources are what they were when it last succeeded. */
export async function onceForSources(folder: string, make: () => Promise<void>): Promise<void> {
  const hash = createHash('sha256')
  for (const file of sourceFiles()) hash.update(file).update(readFileSync(join(packageFolder, file)))
  const digest = hash.digest('hex')
  const stamp = join(folder, '.sources')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return
  await make()
  writeFileSync(stamp, digest)
}

function sourceFiles(): string[] {
  const sources = readdirSync(join(packageFolder, 'src'), { recursive: true, encoding: 'utf8' })
  return ['binding.gyp', 'package.json', ...sources.filter((file) => /\.(cc|h)$/.test(file)).map((file) => join('src', file))].sort()
}

async function runBuild(command: string, args: string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Promise<void> {
  await promisify(execFile)(command, args, { ...options, timeout: 300_000, maxBuffer: 64 * 2 ** 20 })
}
