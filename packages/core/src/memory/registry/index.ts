export { cleanNow, cleanOwners, isOwnerAlive } from './clean.js'
export { existingRegistryFolder, registryPath } from './folder.js'
export { keepHouse } from './housekeeping.js'
export {
  addRecord,
  completeRecord,
  dropRecord,
  type FoundRecord,
  type RegistryRecord,
  readRecords,
  type SegmentRecord,
  type SemaphoreRecord,
} from './record.js'
export { findSysv, isThere, posixPath } from './recorded-object.js'
export { findSemaphoreSet, removeRecordedSet } from './recorded-semaphores.js'
export { sysvTable } from './sysv-table.js'
