import { isMainThread } from 'node:worker_threads'
import { Segment } from '../memory/index.js'
import { now } from '../sync/index.js'

/** The moments at which a death leaves something half done, in about the order of a rank's way through a region. */
export const failPoints = [
  'entered',
  'claiming',
  'claimed',
  'redoing',
  'recorded',
  'saving',
  'saved',
  'finishing',
  'finished',
  'failing',
  'worked',
  'merging',
  'committed',
  'brought',
  'left',
  'completing',
  'completed',
  'done',
  'out',
] as const
export type FailPoint = (typeof failPoints)[number]

/** After the words of the points: for how many microseconds at most every visit of every point lasts, by chance. */
export const DELAY_US = failPoints.length

// Far below what visits that race at the last one leave.
export const HOLDS = -1000
export const HELD = -1001
export const WORDS = DELAY_US + 1

const path = process.env.SHOAL_FAIL_POINTS

/**
 * Ends this worker at a moment that a test has chosen, a process by SIGKILL, a thread by exit. `SHOAL_FAIL_POINTS` names a file with a word
 * for each point: how many visits of workers are left until the one that is the last; 0 for a point that nobody dies at; `HOLDS` for one that
 * holds its next visitor, and then `HELD` until the test stores another word. Undefined without such a file, so that the points cost nothing.
 */
export const failPoint: ((point: FailPoint) => void) | undefined = path === undefined ? undefined : pointsIn(path)

function pointsIn(path: string): (point: FailPoint) => void {
  const indices = new Map(failPoints.map((point, index) => [point, index]))
  let words: Int32Array | undefined
  return (point) => {
    // Not earlier: opening loads modules, for which those of the worker must be whole.
    words ??= Segment.open({ kind: 'file', path }).view(Int32Array)
    const index = indices.get(point)!
    const delayUs = Atomics.load(words, DELAY_US)
    if (delayUs > 0) delay(delayUs)
    if (Atomics.load(words, index) > 0 && Atomics.sub(words, index, 1) === 1) die()
    // Another process stores the next word, and can not wake this one.
    if (Atomics.compareExchange(words, index, HOLDS, HELD) === HOLDS) while (Atomics.wait(words, index, HELD, 1) !== 'not-equal');
  }
}

/** Mostly short, as other work on the CPU would make it. */
function delay(atMostUs: number): void {
  const until = now() + (Math.random() ** 4 * atMostUs) / 1_000
  while (now() < until);
}

function die(): never {
  if (isMainThread) process.kill(process.pid, 'SIGKILL')
  process.exit(1)
}
