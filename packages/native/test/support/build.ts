import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** packages/native */
export const packageFolder = fileURLToPath(new URL('../..', import.meta.url))
/** As deep as the package, so that compilers get the same relative paths. */
const folderOf = (name: string) => join(packageFolder, '../../.cache', `native-${name}`)
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
  /** Of the package's folders those that are copied, not linked. */
  readonly copied?: readonly string[]
  /** By the same commands as the build that the tests use: begins with what that has compiled. */
  readonly usual?: boolean
}

/** In the background, behind everything else. */
const limitMs = 1_000_000

/**
 * Builds the package once more, with other switches, beside the build that the tests use, and answers with its folder. Only what has
 * changed since the last time is compiled.
 */
export async function buildVariant({ name, defines = [], target, arch, env = {}, copied = [], usual = false }: Variant): Promise<string> {
  const folder = prepareFolder(name, copied)
  if (usual) takeOverUsualBuild(folder)
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

/** A folder that looks like the package and has a `build` of its own. */
function prepareFolder(name: string, copied: readonly string[]): string {
  const folder = folderOf(name)
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

function takeOverUsualBuild(folder: string): void {
  const build = join(folder, 'build')
  if (existsSync(build)) return
  // make judges by times: half a copy must not look like a build.
  const copy = `${build}.part`
  rmSync(copy, { recursive: true, force: true })
  cpSync(join(packageFolder, 'build'), copy, { recursive: true, preserveTimestamps: true })
  renameSync(copy, build)
}

/** The headers of the Node that runs the tests, where it came with them. */
export function headers(): string[] {
  const prefix = dirname(dirname(process.execPath))
  return existsSync(join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : []
}

async function runBuild(command: string, args: string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Promise<void> {
  await promisify(execFile)(command, args, { ...options, timeout: limitMs, maxBuffer: 64 * 2 ** 20 })
}
