import { readFileSync } from 'node:fs'

/** The text of a file of /proc or /sys, trimmed; undefined where there is none, or it is not for us. */
export function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}
