import { ShoalError } from '../errors/index.js'
import type { Segment } from '../memory/index.js'
import { type Control, decodeThrown, Frame, type LogFrame, NO_FAILURE, RegionLog, Slot, type ThrownData } from '../protocol/index.js'
import type { RegionSpec } from './region.js'
import { returnedValue } from './returned-value.js'

/** What a region that is over has come to: its result, or what its kernels threw. `segments` are those that the call referred to. */
export function readOutcome(control: Control, slot: number, spec: RegionSpec, segments: readonly Segment[]): unknown {
  const valueIn = (frame: LogFrame): unknown => returnedValue(frame.payload, segments)
  const frames = new RegionLog(control, slot).frames()
  const thrown = frames.filter((frame) => frame.type === Frame.thrown).sort((a, b) => a.minor - b.minor)
  if (thrown.length > 0) {
    throw lowestError(
      thrown,
      thrown.map((frame) => decodeThrown(valueIn(frame) as ThrownData)),
      spec,
    )
  }
  if (Atomics.load(control.words, control.layout.slot(slot) + Slot.failedAt) !== NO_FAILURE) {
    throw new ShoalError('SHOAL_REGION_TOO_LARGE', 'A kernel failed and its error did not fit into the region any more')
  }
  if (spec.opened !== undefined) {
    const result = frames.findLast((frame) => frame.type === Frame.result)
    return result && valueIn(result)
  }
  const values: unknown[] = new Array(spec.width).fill(undefined)
  for (const frame of frames) if (frame.type === Frame.value) values[frame.minor] = valueIn(frame)
  return values
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
