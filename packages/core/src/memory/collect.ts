import { createRequire } from 'node:module'
import type * as V8 from 'node:v8'
import { runInNewContext } from 'node:vm'
import { ShoalError } from '../errors/index.js'

const require = createRequire(import.meta.url)
let collect: (() => void) | undefined
/** Far more than there are threads that could come between. */
const MOST_ATTEMPTS = 1000

/** Dropped segments hold descriptors and mappings until they are collected: when either runs out, one collection and one more try. */
export function withRoom<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof ShoalError) || error.code !== 'SHOAL_SEGMENT_LIMIT') throw error
    collectGarbage()
    return make()
  }
}

/** One full collection, now: for memory that V8 knows nothing of. A few milliseconds for a small heap. */
export function collectGarbage(): void {
  collect ??= globalThis.gc ?? exposed()
  collect()
  collect() // buffers are released on a background thread after the first one; the second one waits for that
}

/**
 * The flag is taken back at once: a thread that starts under other flags than Node was built with can not use what Node has compiled ahead, and
 * takes twice as long. It is of the whole process: another thread that does the same may take it back before this one has made its context.
 */
function exposed(): () => void {
  // Not before it is needed: it would make every worker start later.
  const { setFlagsFromString } = require('node:v8') as typeof V8
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    setFlagsFromString('--expose-gc')
    const gc = runInNewContext('globalThis.gc') as (() => void) | undefined
    setFlagsFromString('--no-expose-gc')
    if (gc !== undefined) return gc
  }
  throw new Error('Expected gc() under --expose-gc but V8 does not give it: start Node with that flag')
}
