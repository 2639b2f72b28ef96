export { cleanNow, cleanOwners, isOwnerAlive } from './clean.js'
export { existingRegistryFolder } from './folder.js'
export { keepHouse } from './housekeeping.js'
export {
  addRecord,
  completeRecord,
  dropRecord,
  type FoundRecord,
  type RegistryRecord,
  readRecords,
  type SegmentRecord,
} from './record.js'
export { findSysv, isThere, posixPath } from './recorded-object.js'
export { findSemaphoreSet } from './recorded-semaphores.js'
export { sysvTable } from './sysv-table.js'
