export { allowedCpus, setAffinity } from './affinity.js'
export {
  barrierArriveAt,
  barrierAwait,
  barrierBreak,
  barrierBreakGeneration,
  barrierBroken,
  barrierDetach,
  barrierElected,
  barrierInitialise,
  barrierPassed,
  barrierReset,
  barrierWaiting,
} from './barrier.js'
export { endWithThread } from './child-end.js'
export { closeDescriptor, createSocketPair, type DescriptorMessage, receiveDescriptor, sendDescriptor } from './descriptor-socket.js'
export { createDoorbell, type Doorbell, ringDoorbell } from './doorbell.js'
export {
  kernelAdd,
  kernelAxpy,
  kernelClamp,
  kernelConvert,
  kernelFill,
  kernelIota,
  kernelMultiply,
  kernelScale,
} from './elementwise.js'
export { isFileLocked, knownOwnerFile, nameFile, openFile, openUnnamed, ownerFile, reserve, seals, sealsOf, tryLockFile } from './file.js'
export { type FutexResult, futexWait, futexWake, spinYielding, waitWhile } from './futex.js'
export { kernelGroup, kernelGroupParts, kernelMergeGroups, kernelReadGroups, kernelSplitRows } from './group.js'
export { kernelBincount, kernelHistogram } from './histogram.js'
export type { KernelView } from './kernel-view.js'
export { kLifeBytes, lifeAlive, lifeEnter, lifeReset } from './life.js'
export {
  addressOf,
  adviseMapping,
  bufferOf,
  collapseMapping,
  copyIn,
  createAnonymous,
  damage,
  damageAt,
  damageOf,
  descriptorOf,
  faultHandlersInPlace,
  isMapped,
  isMappingAdvice,
  lockMapping,
  type Mapping,
  type MappingAccess,
  type MappingAdvice,
  type MappingOptions,
  mapDescriptor,
  mappingUnder,
  mapSysv,
  type NumaPolicy,
  populate,
  populateNow,
  punchMapping,
  residentBytes,
  setNumaPolicy,
  syncMapping,
  unmap,
} from './mapping.js'
export { kernelMatmul, matmulTileColumns, matmulTileRows } from './matmul.js'
export { kMemberBytes, membersBury, membersFindDead, membersInitialise, membersJoin, membersLeave } from './member-table.js'
export {
  kMutexBytes,
  mutexAnnounce,
  mutexBusy,
  mutexDeadlock,
  mutexFutexWord,
  mutexInitialise,
  mutexLock,
  mutexLocked,
  mutexPoisoned,
  mutexRepair,
  mutexTryLockAt,
  mutexUnlockAt,
} from './mutex.js'
export { dieWithParent } from './parent-death.js'
export { kernelRandom } from './random.js'
export {
  kReaderBytes,
  kReadWriteLockBytes,
  rwlockAnnounce,
  rwlockBeginWrite,
  rwlockDeadlock,
  rwlockDrain,
  rwlockEndRead,
  rwlockEndWrite,
  rwlockFutexWord,
  rwlockInitialise,
  rwlockNoSlot,
  rwlockRead,
  rwlockRepair,
  rwlockWriter,
} from './read-write-lock.js'
export {
  kRingHeadBytes,
  ringBusy,
  ringCorrupt,
  ringDone,
  ringEnd,
  ringEnded,
  ringInitialise,
  ringPop,
  ringPush,
  ringTooLong,
  ringTooSmall,
} from './record-ring.js'
export {
  kernelDot,
  kernelExtremes,
  kernelFirst,
  kernelMoments,
  kernelSquares,
  kernelSum,
  kernelSumCompensated,
  kernelWithin,
} from './reduction.js'
export { kernelScan, kernelScanTotal, SCAN_LINK_WORDS, scanOps } from './scan.js'
export {
  kernelCompact,
  kernelCountMask,
  kernelGather,
  kernelGatherRanges,
  kernelMarkChanges,
  kernelMerge,
  kernelSearchSorted,
  kernelSelect,
  kernelTopK,
} from './selection.js'
export { semaphoreAcquireAt, semaphoreInitialise, semaphoreReleaseAt } from './semaphore.js'
export { getSysv, keyOfPath, openPosix, removePosix, removeSysv, type SysvStat, statSysv, sysvFlags } from './shm.js'
export {
  kernelBeginPlan,
  kernelCountPrefixes,
  kernelDecodeKey,
  kernelPermuteInPlace,
  kernelPlanBuckets,
  kernelSampleKeys,
  kernelScatter,
  kernelSortAlone,
  kernelSortBuckets,
  kernelSortInPlace,
  kernelSurveyKeys,
  kMaxBuckets,
  kPlanBytes,
  kPrefixes,
} from './sort.js'
export {
  kernelBeginSplits,
  kernelPartition,
  kernelPlanSplits,
  kernelSortSplits,
  kernelSplitChunks,
  kSortsByVectors,
  kSplitChunkBytes,
  kSplitPlanBytes,
} from './split.js'
export {
  getSemaphoreSet,
  operateSemaphores,
  operateUntilEnd,
  removeSemaphoreSet,
  type SemaphoreSetStat,
  semaphoreFlags,
  semaphoreValue,
  setSemaphores,
  statSemaphoreSet,
} from './sysv-semaphore.js'
export { clearInterval, clearTimeout, nextTurn, setInterval, setTimeout } from './timers.js'
export { waitAsync } from './wait-async.js'
export type { Words } from './words.js'
