export { attachSync } from './attach-sync.js'
export { Barrier, type BreakReason, type BrokenBarrier } from './barrier.js'
export type { SharedWords } from './place.js'
export { SyncObject, type WaitAsyncOptions, type WaitOptions } from './sync-object.js'
