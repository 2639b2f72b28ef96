export { announce, importAnnounced, isPoolWorker, markWorker, stopNested } from './announcements.js'
export type { Attachment } from './attachment.js'
export { Control } from './control.js'
export { ControlLayout } from './control-layout.js'
export { decodeThrown, encodeThrown, type ThrownData } from './error-codec.js'
export type { KernelDefinition, KernelReference, ModuleKernelDefinition, SourceKernel } from './kernel-reference.js'
export { lower } from './lower.js'
export { pack, unpack } from './packet.js'
export { commandOf, entryOf, LEAVE, postOf, RECEIVE } from './post.js'
export { raise } from './raise.js'
export type { ReduceOp } from './reduce-op.js'
export {
  type ChunkWork,
  type ElementWork,
  type FoldWork,
  kernelsOf,
  type RegionCall,
  type RegionWork,
} from './region-call.js'
export { Frame, LogFrame, RegionLog } from './region-log.js'
export { copyOf, unsharedBuffer } from './serializers.js'
export { isPlainCall, isPrimitive, type PreparedCall, type TaskCall, type TaskResult } from './task.js'
export { Span, TRACE_CAPACITY, TraceRing, type TraceSpan, traceBytes } from './trace-ring.js'
export { unsentMemory } from './unsent-memory.js'
export { canTravel, decodeValue, encodeCopy, encodeValue } from './value-codec.js'
export {
  Claim,
  ENTRY_WORDS,
  Entry,
  Header,
  LOOPS,
  Loop,
  MAGIC,
  MAX_RUNS,
  NO_CHUNK,
  NO_FAILURE,
  Phase,
  Presence,
  Rank,
  RetryMode,
  SCRATCH_BYTES,
  Seat,
  SeatLoops,
  SHARED_WORDS,
  Shared,
  Slot,
  SPARE_ENTRIES,
  State,
  Stop,
  VERSION,
  Watch,
} from './words.js'
export { type FromProcess, type ProcessStart, signalsToAll, type ThreadTask, type ToProcess } from './worker-start.js'
