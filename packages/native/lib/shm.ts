import { part } from './binding.js'

/** What the kernel knows of a System V segment. */
export interface SysvStat {
  readonly byteLength: number
  readonly attached: number
  /** Seconds since 1970. */
  readonly changeTime: number
  readonly creatorPid: number
  readonly uid: number
  readonly creatorUid: number
  readonly mode: number
  readonly key: number
}

/** Flags of `getSysv`. */
export const sysvFlags = { create: 0o1000, exclusive: 0o2000, hugePages: 0o4000 } as const

const native = part('shm') as unknown as {
  getSysv(key: number, byteLength: number, flags: number): number
  statSysv(id: number): SysvStat
  removeSysv(id: number): void
  keyOfPath(path: string, projectId: number): number
  openPosix(name: string, flags: number, mode: number): number
  removePosix(name: string): void
}

/** `shmget`: the id of a segment; key 0 makes a private one. */
export const getSysv = native.getSysv
export const statSysv = native.statSysv
export const removeSysv = native.removeSysv
/** `ftok`. */
export const keyOfPath = native.keyOfPath
/** `shm_open`: a descriptor. */
export const openPosix = native.openPosix
export const removePosix = native.removePosix
