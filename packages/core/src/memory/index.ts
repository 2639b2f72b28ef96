export { allocate } from './allocate.js'
export { checkOpen } from './check-open.js'
export { collectGarbage } from './collect.js'
export { createSparse } from './create-sparse.js'
export { checkFaultHandlers } from './damage.js'
export { adopt, type HandOver, handOver, takeOver } from './hand-over.js'
export { type Limits, limits, usableCpus } from './limits.js'
export { requireMappable } from './mappable.js'
export { oomKills } from './oom-kills.js'
export {
  type Access,
  type AllocateOptions,
  type CreateOptions,
  checkMode,
  checkPath,
  type OpenOptions,
  type OpenTarget,
  type SegmentDescriptor,
  type SegmentKind,
  type SysvKey,
} from './options.js'
export { overlap } from './overlap.js'
export { coverPlain, isPlain, plainSegmentOf } from './plain-segment.js'
export type { PrefaultOptions } from './prefault.js'
export { isSameView } from './same-view.js'
export { checkDamage, holdSegment, isClosed, Segment } from './segment.js'
export { segmentOf } from './segment-of.js'
export { createSemaphoreSet, findSet, listSemaphoreSets, removeSetIfThere, semaphoreSetError } from './semaphore-set.js'
export { share, shareAsync } from './share.js'
export type { SegmentStat } from './stat.js'
export { statPath } from './stat-path.js'
export { resolveSysvKey } from './sysv-key.js'
export { checkViewConstructor, viewOver } from './view-over.js'
export type {
  Element,
  IndexView,
  NumberView,
  ReadonlyView,
  Shared,
  SharedOf,
  SharedView,
  TypedArray,
  Unshared,
  ViewConstructor,
  ViewLike,
} from './views.js'
