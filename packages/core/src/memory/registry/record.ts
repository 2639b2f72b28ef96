import { readdirSync, readFileSync, readlinkSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { ownerFile } from '@shoal/native'
import { unlessGone } from '../segment-error.js'
import { newSegmentId } from '../segment-id.js'
import { registryFolder, writingInto } from './folder.js'

interface RecordCommon {
  readonly version: 1
  readonly byteLength: number
  readonly persist: boolean
  /** Milliseconds since 1970. */
  readonly created: number
  readonly pid: number
  readonly uid: number
  readonly namespaces: { readonly ipc: string; readonly pid: string }
}

export interface PosixRecord extends RecordCommon {
  readonly kind: 'posix'
  readonly name: string
  /** Decimal: they can be beyond 2^53. */
  readonly device: string
  readonly inode: string
}

export interface SysvRecord extends RecordCommon {
  readonly kind: 'sysv'
  /** 0 for private ones. */
  readonly key: number
  /** Both undefined while it is being created. */
  readonly shmid?: number
  readonly changeTime?: number
}

/** A set of System V semaphores: nothing but this remembers one that has no key. */
export interface SemaphoreRecord extends RecordCommon {
  readonly kind: 'semaphore'
  /** 0 for private ones. */
  readonly key: number
  /** Of semaphores, the two markers not counted. */
  readonly count: number
  /** Values of the two semaphores behind the others, which tell the set from another one with its id. */
  readonly markers: readonly [number, number]
  /** Undefined while it is being created. */
  readonly semid?: number
}

export type SegmentRecord = PosixRecord | SysvRecord
export type RegistryRecord = SegmentRecord | SemaphoreRecord
export type NewRecord =
  | Omit<PosixRecord, keyof RecordCommon>
  | Omit<SysvRecord, keyof RecordCommon>
  | Omit<SemaphoreRecord, keyof RecordCommon>

export interface FoundRecord {
  readonly path: string
  /** The file name of its owner's lock. */
  readonly owner: string
  readonly record: RegistryRecord
}

const ownerSuffix = '.owner'

/** Notes a segment that is about to be created; the answer names the note. */
export function addRecord(record: NewRecord & { byteLength: number; persist: boolean }): string {
  const folder = registryFolder()
  const owner = basename(
    writingInto(folder, () => ownerFile(folder)),
    ownerSuffix,
  )
  const path = join(folder, `${owner}.${newSegmentId()}.record`)
  writeRecord(path, {
    version: 1,
    created: Date.now(),
    pid: process.pid,
    uid: process.getuid!(),
    namespaces: currentNamespaces(),
    ...record,
  } as RegistryRecord)
  return path
}

/** Adds to a note what has become known since. */
export function completeRecord(path: string, facts: { shmid: number; changeTime: number } | { semid: number }): void {
  const record = readRecord(path)
  if (record !== undefined) writeRecord(path, { ...record, ...facts } as RegistryRecord)
}

export function dropRecord(path: string): void {
  unlessGone(() => unlinkSync(path))
}

export function readRecords(folder: string): FoundRecord[] {
  return readdirSync(folder).flatMap((file) => {
    if (!file.endsWith('.record')) return []
    const path = join(folder, file)
    const record = readRecord(path)
    return record === undefined ? [] : [{ path, owner: `${file.slice(0, file.indexOf('.'))}${ownerSuffix}`, record }]
  })
}

export function ownerFiles(folder: string): string[] {
  return readdirSync(folder).filter((file) => file.endsWith(ownerSuffix))
}

/** All notes of one owner, also half-written ones. */
export function filesOfOwner(folder: string, owner: string): string[] {
  const prefix = `${basename(owner, ownerSuffix)}.`
  return readdirSync(folder).filter((file) => file.startsWith(prefix) && file !== owner)
}

/** Half-written notes, of an owner that writes no more. */
export function dropParts(folder: string, owner: string): void {
  for (const file of filesOfOwner(folder, owner).filter((file) => file.endsWith('.part'))) unlessGone(() => unlinkSync(join(folder, file)))
}

export function currentNamespaces(): RecordCommon['namespaces'] {
  return { ipc: readlinkSync('/proc/self/ns/ipc'), pid: readlinkSync('/proc/self/ns/pid') }
}

/** Renamed into place, so that a reader never sees half of it. */
function writeRecord(path: string, record: RegistryRecord): void {
  const part = path.replace(/\.record$/, '.part')
  writingInto(dirname(path), () => {
    try {
      writeFileSync(part, JSON.stringify(record), { mode: 0o600 })
      renameSync(part, path)
    } catch (error) {
      unlessGone(() => unlinkSync(part))
      throw error
    }
  })
}

/** Undefined for what is gone meanwhile or is no record of ours. */
function readRecord(path: string): RegistryRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(path, 'utf8')) as RegistryRecord
    return record.version === 1 ? record : undefined
  } catch {
    return undefined
  }
}
