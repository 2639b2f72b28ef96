import { ShoalError } from '../errors/index.js'
import type { Segment } from '../memory/index.js'
import { type Control, decodeThrown, Frame, type LogFrame, NO_FAILURE, RegionLog, Slot, type ThrownData } from '../protocol/index.js'
import type { RegionSpec } from './region-spec.js'
import { returnedSegments } from './returned-segments.js'

/**
 * What a region that is over has come to: its result, or what its kernels threw. `segments` are those that the call referred to. Plain loads:
 * nobody is at work any more, as `phase` or the life words have said.
 */
export function readOutcome(control: Control, slot: number, spec: RegionSpec, segments: readonly Segment[]): unknown {
  const { words, layout } = control
  const log = control.log(slot, RegionLog)
  const resolve = (ids: readonly string[]): Segment[] => returnedSegments(ids, segments)
  if (words[layout.slot(slot) + Slot.failedAt] !== NO_FAILURE) throw readFailure(log, spec, resolve)
  const entries = words[layout.slot(slot) + Slot.entries]!
  if (spec.opened === undefined) {
    const values: unknown[] = new Array(entries)
    for (let entry = 0; entry < entries; entry++) values[entry] = log.returnedBy(entry, resolve)
    return values
  }
  // Whoever completes the region brings the result, and nothing after it.
  for (let entry = entries - 1; entry >= 0; entry--) {
    const frame = log.counts(entry) ? log.lastFrame(entry) : undefined
    if (frame?.type === Frame.result) return frame.value(resolve)
  }
  return undefined
}

type Resolve = (ids: readonly string[]) => readonly Segment[]

function readFailure(log: RegionLog, spec: RegionSpec, resolve: Resolve): unknown {
  const thrown = log
    .frames()
    .filter((frame) => frame.type === Frame.thrown)
    .sort((a, b) => a.minor - b.minor)
  if (thrown.length === 0) {
    return new ShoalError(
      'SHOAL_REGION_TOO_LARGE',
      'A kernel failed and its error did not fit into the region any more: throw errors with less in them',
    )
  }
  const errors = thrown.map((frame) => decodeThrown(frame.value(resolve) as ThrownData))
  return lowestError(thrown, errors, spec)
}

/** The error of the lowest chunk, with where it happened; the others in `errors`. */
function lowestError(frames: readonly LogFrame[], errors: readonly unknown[], spec: RegionSpec): unknown {
  const [lowest, ...others] = errors
  const { major: rank, minor: chunk } = frames[0]!
  if (typeof lowest !== 'object' || lowest === null) return lowest
  const range = chunk < 0 ? undefined : spec.opened?.rangeOf(chunk, chunk + 1)
  const details = { rank, range, errors: others.length > 0 ? others : undefined }
  for (const [name, value] of Object.entries(details)) {
    // An AggregateError keeps its own.
    if (name === 'errors' && name in lowest) continue
    if (value !== undefined)
      Object.defineProperty(lowest, name, { value, writable: true, configurable: true, enumerable: name !== 'errors' })
  }
  return lowest
}
