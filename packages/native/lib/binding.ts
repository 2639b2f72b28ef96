import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)

/** The addon's exports. The only place in the project that touches the `.node` file; the files beside this one give each function its type. */
export const binding: Record<string, unknown> = load()

/** As node-gyp-build, which takes longer to load than the addon, in every worker again: it is asked only about what is not where it should be. */
function load(): Record<string, unknown> {
  const isAskedForAnother = process.env['@SHOAL/NATIVE_PREBUILD'] !== undefined || process.env.PREBUILDS_ONLY !== undefined
  if (isAskedForAnother) return loadFound()
  return loadIfThere('../build/Release/shoal_native.node') ?? loadIfThere(prebuilt()) ?? loadFound()
}

function prebuilt(): string {
  const libc = existsSync('/etc/alpine-release') ? 'musl' : 'glibc'
  return `../prebuilds/${process.platform}-${process.arch}/@shoal+native.${libc}.node`
}

function loadIfThere(path: string): Record<string, unknown> | undefined {
  try {
    return require(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    return undefined
  }
}

function loadFound(): Record<string, unknown> {
  return require('node-gyp-build')(fileURLToPath(new URL('..', import.meta.url)))
}
