import { readdirSync, readFileSync, statSync } from 'node:fs'
import type { SegmentStat } from '@shoal/core'

/** The processes that have a segment mapped now, as far as we may look into them: our own, or all for root. */
export type AttachedProcesses = (segment: SegmentStat) => readonly number[]

/** Looks through the mappings of all processes once. */
export function attachedProcesses(): AttachedProcesses {
  const found = new Map<string, number[]>()
  for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
    for (const object of new Set(mappedObjects(pid))) found.set(object, [...(found.get(object) ?? []), pid])
  }
  return (segment) => found.get(objectOf(segment) ?? '') ?? []
}

/** By device and inode, because a segment may have got its name after it was mapped. */
function mappedObjects(pid: number): string[] {
  const lines = readMaps(pid).matchAll(/^\S+ \S+ \S+ ([0-9a-f]+):([0-9a-f]+) (\d+) +(\/SYSV|\/dev\/shm\/)/gm)
  return [...lines].map(([, major, minor, inode, path]) =>
    path === '/SYSV' ? sysv(Number(inode)) : posix(Number.parseInt(major!, 16), Number.parseInt(minor!, 16), Number(inode)),
  )
}

function objectOf({ target }: SegmentStat): string | undefined {
  if (target?.kind === 'sysv') return 'id' in target ? sysv(target.id) : undefined
  if (target?.kind !== 'posix') return undefined
  const stats = statSync(`/dev/shm${target.name}`, { throwIfNoEntry: false })
  return stats && posix((stats.dev >>> 8) & 0xfff, (stats.dev & 0xff) | ((stats.dev >>> 12) & 0xfff00), stats.ino)
}

/** The inode of a mapped System V segment is its id. */
const sysv = (id: number): string => `sysv ${id}`
const posix = (major: number, minor: number, inode: number): string => `posix ${major}:${minor} ${inode}`

/** Empty for a process that is gone, or not ours to look into. */
function readMaps(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/maps`, 'utf8')
  } catch {
    return ''
  }
}
