export type { Attachment } from './attachment.js'
export { decodeThrown, encodeThrown, type ThrownData } from './error-codec.js'
export type { KernelReference, ModuleKernelReference, SourceKernel } from './kernel-reference.js'
export {
  ChunkState,
  Claim,
  Control,
  ControlLayout,
  Entry,
  Header,
  LEAVE,
  MAGIC,
  MAX_RUNS,
  NO_FAILURE,
  Phase,
  Place,
  Presence,
  Rank,
  RetryMode,
  Slot,
  SPARE_ENTRIES,
  State,
  VERSION,
} from './layout.js'
export { pack, unpack } from './packet.js'
export { type Lowered, lower, raise } from './references.js'
export type { ChunkWork, ElementWork, FoldWork, RegionCall, RegionWork, SpmdWork } from './region-call.js'
export { Frame, type LogFrame, RegionLog } from './region-log.js'
export type { TaskArgs, TaskCall, TaskResult } from './task.js'
export { decodeValue, encodeValue } from './value-codec.js'
export type { FromProcess, ProcessStart, ThreadTask, ToProcess } from './worker-start.js'
