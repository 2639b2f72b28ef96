import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(import.meta.url)
const here = join(import.meta.dirname, '..')

/** What a part of the addon exports, by name. */
type Part = Record<string, unknown>

interface Addon {
  part(name: string): Part
}

/** The only place in the project that touches the `.node` file; the files beside this one give each function its type. */
const addon = load()
const parts = new Map<string, Part>()

/** A part is made when it is first asked for: all of them would take every worker half a millisecond, and it uses few. */
export function part(name: string): Part {
  let functions = parts.get(name)
  if (functions === undefined) {
    functions = addon.part(name)
    parts.set(name, functions)
  }
  return functions
}

function load(): Addon {
  try {
    return loadBuilt()
  } catch (error) {
    const problem = problemOf(error as NodeJS.ErrnoException)
    if (problem === undefined) throw error
    throw new Error(problem, { cause: error })
  }
}

/** As node-gyp-build, which takes longer to load than the addon, in every worker again: it is asked only about what is not where it should be. */
function loadBuilt(): Addon {
  const isAskedForAnother = process.env['@SHOAL/NATIVE_PREBUILD'] !== undefined || process.env.PREBUILDS_ONLY !== undefined
  if (isAskedForAnother) return loadFound()
  return loadIfThere('../build/Release/shoal_native.node') ?? loadIfThere(prebuilt()) ?? loadFound()
}

function prebuilt(): string {
  return `../prebuilds/${process.platform}-${process.arch}/@shoal+native.${isMusl() ? 'musl' : 'glibc'}.node`
}

function isMusl(): boolean {
  try {
    return existsSync('/etc/alpine-release')
  } catch {
    return false // Node's permission model does not let it be looked at
  }
}

function loadIfThere(path: string): Addon | undefined {
  try {
    return require(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    return undefined
  }
}

function loadFound(): Addon {
  return require('node-gyp-build')(here)
}

/** Whether a bundler has put this file into another package's. */
function isElsewhere(): boolean {
  try {
    return JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')).name !== '@shoal/native'
  } catch {
    return true
  }
}

/** What to do about an addon that does not load, where that is known. */
function problemOf({ code, message }: NodeJS.ErrnoException): string | undefined {
  if (code === 'ERR_DLOPEN_DISABLED') {
    return 'Shoal needs its native addon, which node may not load here: leave out --no-addons, or add --allow-addons to --permission'
  }
  if (!message.startsWith('No native build') && !message.startsWith("Cannot find module 'node-gyp-build'")) return undefined
  if (isElsewhere())
    return 'Shoal cannot be part of a bundle: it has an addon and files for workers. Leave @shoal/core out of it (external)'
  if (process.platform !== 'linux') return `Shoal runs on Linux, x64 and arm64, but this is ${process.platform}, ${process.arch}`
  return (
    `Shoal's native addon is not built for linux, ${process.arch}: run npm rebuild @shoal/native, which needs python3, make and g++; ` +
    'where npm does not run install scripts, allow it that of @shoal/native'
  )
}
