import { statPath } from './stat-path.js'

/** Whether a regular file is there; never for a path that cannot be one, such as one that is too long. */
export function isFile(path: string): boolean {
  try {
    return statPath(path)?.isFile() === true
  } catch {
    return false
  }
}
