import { statSync } from 'node:fs'

/** Whether a regular file is there; never for a path that cannot be one, such as one that is too long. */
export function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}
