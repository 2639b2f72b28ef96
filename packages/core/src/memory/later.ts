import { createRequire } from 'node:module'
import type * as Operations from './operations.js'

const require = createRequire(import.meta.url)
let loaded: typeof Operations | undefined

/** Most workers only use the segments that the pool gives them, and start sooner without the rest of this room. */
export function operations(): typeof Operations {
  loaded ??= require('#internal/memory/operations.js') as typeof Operations
  return loaded
}
