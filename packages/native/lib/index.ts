export { allowedCpus } from './affinity.js'
export { bufferOf, createAnonymous, descriptorOf, type Mapping, type MappingAccess, mapDescriptor, mapSysv, syncMapping, unmap } from './mapping.js'
export { getSysv, keyOfPath, openPosix, removePosix, removeSysv, reserve, type SysvStat, statSysv, sysvFlags } from './shm.js'
