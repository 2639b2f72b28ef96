import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const load = require('node-gyp-build') as (folder: string) => Record<string, unknown>

/** The addon's exports. The only place in the project that touches the `.node` file; the files beside this one give each function its type. */
export const binding: Record<string, unknown> = load(fileURLToPath(new URL('..', import.meta.url)))
