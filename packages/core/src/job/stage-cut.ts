import type { OpenedSource } from '../source/index.js'
import type { StageRecord } from './journal/index.js'
import type { ResolvedRunOptions } from './resolve-run-options.js'

/** How the input of a stage is cut, for a run that continues it: only what does not say how depends on the number of workers. */
export function cutOf(
  { schedule = 'auto', chunkLength, unit }: ResolvedRunOptions['cutting'],
  opened: OpenedSource,
  width: number,
): StageRecord['cut'] {
  const { cutting, total } = opened
  return { schedule, chunkLength, unit, width: schedule === 'static' ? width : undefined, chunks: cutting.count, total }
}
