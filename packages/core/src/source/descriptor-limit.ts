import { readFileSync } from 'node:fs'

/** What most systems allow a process. */
const USUAL = 1024

/** How many descriptors this process may have; where `/proc` is not mounted to tell, as many as is usual. */
export function descriptorLimit(file = '/proc/self/limits'): number {
  try {
    return Number(/^Max open files\s+(\d+)/m.exec(readFileSync(file, 'latin1'))?.[1] ?? Number.POSITIVE_INFINITY)
  } catch {
    return USUAL
  }
}
