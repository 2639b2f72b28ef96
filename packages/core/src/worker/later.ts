import { createRequire } from 'node:module'
import type * as Values from './values.js'

const require = createRequire(import.meta.url)
let loaded: typeof Values | undefined

/** A worker answers tasks with plain values without any of this, and starts sooner: loaded with the first segment or value that needs it. */
export function values(): typeof Values {
  loaded ??= require('#internal/worker/values.js') as typeof Values
  return loaded
}
