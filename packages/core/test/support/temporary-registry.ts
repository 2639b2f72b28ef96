import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A new, empty folder to be named in SHOAL_REGISTRY by a test that counts or removes what is recorded; goes when the process ends. It
 * lies in that of the run, which looks after what a killed test leaves; not among temporary files, which may lie on a file system
 * without nameless files.
 */
export function temporaryRegistry(): string {
  const folder = mkdtempSync(join(process.env.SHOAL_REGISTRY ?? '/dev/shm', 'shoal-registry-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
