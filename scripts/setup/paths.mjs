import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Everything that the scripts fetch or remember; git ignores it. */
export const cache = join(root, '.cache')
