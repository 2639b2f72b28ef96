import { broken, type Finding, ok } from './finding.js'
import { read } from './read.js'

/** The library and its addon: whether they load, and from where. */
export async function checkAddon(): Promise<Finding> {
  try {
    await import('@shoal/core')
  } catch (error) {
    const advice = 'install again; where there is no binary for this platform, python3, make and g++ build one'
    return broken('addon', (error as Error).message.split('\n')[0]!, advice)
  }
  // Which binary the loader took is nowhere as certain as in the mappings of this process.
  const path = /\/.*\/native\/.*\.node$/m.exec(read('/proc/self/maps') ?? '')?.[0]
  return ok('addon', path ?? 'loaded')
}
