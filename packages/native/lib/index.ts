export { allowedCpus } from './affinity.js'
export {
  barrierArrive,
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
export { closeDescriptor, createSocketPair, type DescriptorMessage, receiveDescriptor, sendDescriptor } from './descriptor-socket.js'
export { createDoorbell, type Doorbell, ringDoorbell } from './doorbell.js'
export { type FutexResult, futexWait, futexWake, waitWhile } from './futex.js'
export { kLifeBytes, lifeAlive, lifeEnter, lifeReset } from './life.js'
export {
  bufferOf,
  createAnonymous,
  descriptorOf,
  type Mapping,
  type MappingAccess,
  mapDescriptor,
  mapSysv,
  syncMapping,
  unmap,
} from './mapping.js'
export { dieWithParent } from './parent-death.js'
export { getSysv, keyOfPath, openPosix, removePosix, removeSysv, reserve, type SysvStat, statSysv, sysvFlags } from './shm.js'
