export { allocate } from './allocate.js'
export { adopt, type HandOver, handOver, takeOver } from './hand-over.js'
export { type Limits, limits } from './limits.js'
export type { Access, CreateOptions, OpenOptions, OpenTarget, SegmentKind, SysvKey } from './options.js'
export { Segment } from './segment.js'
export { segmentOf } from './segment-of.js'
export { share } from './share.js'
export { viewOver } from './view-over.js'
export type {
  Element,
  IndexView,
  NumberView,
  ReadonlyView,
  Shared,
  SharedOf,
  SharedView,
  TypedArray,
  ViewConstructor,
  ViewLike,
} from './views.js'
