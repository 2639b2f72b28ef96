import { fileURLToPath } from 'node:url'

/** Root of the repository, seen from `benchmarks/dist/frame`. */
export const root = new URL('../../../', import.meta.url)
/** Generated input, compiled programs and reports; ignored by git. */
export const cacheFolder = fileURLToPath(new URL('.cache', root))
