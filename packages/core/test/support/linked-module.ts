import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { temporaryFolder } from './temporary-folder.js'

/**
 * Loads a module behind a symbolic link, as package managers make them: after some questions about pipes Node 20 takes the link for its real
 * path, where what it needs is not beside it.
 */
export function linkedModule(): () => unknown {
  const folder = temporaryFolder()
  const require = createRequire(import.meta.url)
  mkdirSync(join(folder, 'store/package'), { recursive: true })
  symlinkSync('store/package', join(folder, 'link'))
  writeFileSync(join(folder, 'store/dependency.cjs'), "module.exports = 'loaded'")
  writeFileSync(join(folder, 'store/package/index.cjs'), "module.exports = require('../dependency.cjs')")
  writeFileSync(join(folder, 'first.cjs'), '')
  // It goes wrong in folders that Node knows already.
  require(join(folder, 'first.cjs'))
  return () => require(join(folder, 'link/index.cjs'))
}
