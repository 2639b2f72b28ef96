import { readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'

/** The moments at which a death leaves something half done, in about the order of a rank's way through a region. */
export type FailPoint =
  | 'entered'
  | 'claiming'
  | 'claimed'
  | 'redoing'
  | 'recorded'
  | 'saving'
  | 'saved'
  | 'finishing'
  | 'finished'
  | 'failing'
  | 'worked'
  | 'merging'
  | 'committed'
  | 'brought'
  | 'left'
  | 'completing'
  | 'completed'
  | 'done'
  | 'out'

const folder = process.env.SHOAL_FAIL_POINTS

/**
 * Ends this worker at a moment that a test has chosen, a process by SIGKILL, a thread by exit. The test makes a file with the name of the
 * point in the folder that `SHOAL_FAIL_POINTS` names, and in it, how many visits to the point are left; whose visit is the last one takes
 * the file away and dies. Undefined without such a folder, so that the points cost nothing.
 */
export const failPoint: ((point: FailPoint) => void) | undefined =
  folder === undefined ? undefined : (point) => isLastVisit(join(folder, point)) && die()

function isLastVisit(file: string): boolean {
  try {
    const left = Number(readFileSync(file, 'utf8'))
    // Never made anew where another worker has just taken it away.
    if (left > 1) writeFileSync(file, String(left - 1).padStart(4), { flag: 'r+' })
    else unlinkSync(file)
    return left <= 1
  } catch {
    return false
  }
}

function die(): never {
  if (isMainThread) process.kill(process.pid, 'SIGKILL')
  process.exit(1)
}
