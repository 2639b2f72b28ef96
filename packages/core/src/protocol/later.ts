import { createRequire } from 'node:module'
import type * as Sync from '../sync/index.js'

const require = createRequire(import.meta.url)

/** Many workers never see a lock or a barrier, and start sooner without any: loaded with the first one. */
export function sync(): typeof Sync {
  return require('#internal/sync/index.js')
}
