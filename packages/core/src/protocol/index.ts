export type { Attachment } from './attachment.js'
export { decodeThrown, encodeThrown, type ThrownData } from './error-codec.js'
export type { KernelDefinition, KernelReference, ModuleKernelDefinition, SourceKernel } from './kernel-reference.js'
export {
  Claim,
  Control,
  ControlLayout,
  Header,
  LEAVE,
  LOOPS,
  Loop,
  MAGIC,
  NO_FAILURE,
  Place,
  Rank,
  SCRATCH_BYTES,
  Seat,
  SeatLoops,
  SHARED_WORDS,
  Shared,
  Slot,
  State,
  Tally,
  VERSION,
} from './layout.js'
export { pack, unpack } from './packet.js'
export type { ReduceOp } from './reduce-op.js'
export { type ChunkWork, type FoldWork, kernelsOf, type RegionCall, type SpmdWork } from './region-call.js'
export { Frame, type LogFrame, RegionLog } from './region-log.js'
export { decodeValue, encodeValue } from './value-codec.js'
export type { FromProcess, ProcessStart, ThreadTask, ToProcess } from './worker-start.js'
