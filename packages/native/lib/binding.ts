import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const folder = fileURLToPath(new URL('..', import.meta.url))
const built = `${folder}build/Release/shoal_native.node`

/** The addon's exports. The only place in the project that touches the `.node` file; the files beside this one give each function its type. */
export const binding: Record<string, unknown> = load()

/** What was compiled here comes first for node-gyp-build too, which takes longer to load than the addon: in every worker again. */
function load(): Record<string, unknown> {
  const isAskedForAnother = process.env['@SHOAL/NATIVE_PREBUILD'] !== undefined || process.env.PREBUILDS_ONLY !== undefined
  if (!isAskedForAnother && existsSync(built)) return require(built)
  return require('node-gyp-build')(folder)
}
