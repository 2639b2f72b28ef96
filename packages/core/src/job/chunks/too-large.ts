import { ShoalError } from '../../errors/index.js'
import type { OpenedSource } from '../../source/index.js'
import type { Window } from './remaining.js'

/** Whether more came of a region than the pool can take. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof ShoalError && error.code === 'SHOAL_REGION_TOO_LARGE'
}

/** What a window has failed with, for whoever wrote the job: what a region advises is nothing for a chunk of one. */
export function inWordsOfJobs(opened: OpenedSource, { first, end }: Window, error: unknown): unknown {
  if (!isTooLarge(error) || end - first > 1 || !/ of results /.test((error as Error).message)) return error
  const { start, end: to, path } = opened.rangeOf(first, end)
  const what = path === undefined ? `elements ${start} to ${to}` : `${path}, bytes ${start} to ${to}`
  return new ShoalError(
    'SHOAL_REGION_TOO_LARGE',
    `Expected chunks that return less than 32 MiB but more came of one (${what}): make them shorter (chunkLength), or let them write into a fileOutput`,
    { cause: error },
  )
}
