import { part } from './binding.js'

declare const mappingBrand: unique symbol
/** A mapped range of this process, held by the addon until it is unmapped or its buffer is collected. */
export interface Mapping {
  readonly [mappingBrand]: true
}

export type MappingAccess = 'readwrite' | 'readonly' | 'copyonwrite'

export interface MappingOptions {
  /** Starts at a multiple of 2 MiB, without which no huge page fits. */
  readonly hugeAligned?: boolean
  /** Goes into core dumps. */
  readonly dump?: boolean
  /** Only little of it will ever be touched: the collector is not told of it. New memory only. */
  readonly sparse?: boolean
}

/** What has gone wrong in a mapping: bits that are set and never cleared. */
export const damage = { truncated: 1, ioFailed: 2, storedInto: 4 } as const

const advices = { normal: 0, random: 1, sequential: 2, willneed: 3, dontneed: 4, hugepage: 14 } as const
export type MappingAdvice = keyof typeof advices

export function isMappingAdvice(advice: unknown): advice is MappingAdvice {
  return typeof advice === 'string' && Object.hasOwn(advices, advice)
}

const numaPolicies = { interleave: 0, bind: 1, local: 2 } as const
export type NumaPolicy = keyof typeof numaPolicies

const accessNumbers = { readwrite: 0, readonly: 1, copyonwrite: 2 } as const

/**
 * One mapping for all threads of the process, or one for each? On Node 20 two backing stores over one address abort the process in
 * `Atomics.notify`, so there every thread that maps by itself gets an address of its own.
 */
const shared = Number.parseInt(process.versions.node, 10) >= 22

/** As in mapping_wrap.cc. */
function flagsOf({ hugeAligned = false, dump = false, sparse = false }: MappingOptions): number {
  return (shared ? 1 : 0) | (hugeAligned ? 2 : 0) | (dump ? 4 : 0) | (sparse ? 8 : 0)
}

const native = part('mapping') as unknown as {
  createAnonymous(byteLength: number, flags: number): Mapping
  mapDescriptor(fd: number, byteOffset: number, byteLength: number, access: number, flags: number): Mapping
  mapSysv(id: number, byteLength: number, access: number, flags: number): Mapping
  bufferOf(mapping: Mapping): SharedArrayBuffer | undefined
  isMapped(mapping: Mapping): boolean
  descriptorOf(mapping: Mapping): number
  addressOf(mapping: Mapping): bigint
  unmap(mapping: Mapping): void
  syncMapping(mapping: Mapping): void
  lockMapping(mapping: Mapping): void
  punchMapping(mapping: Mapping): void
  collapseMapping(mapping: Mapping): void
  adviseMapping(mapping: Mapping, advice: number): void
  setNumaPolicy(mapping: Mapping, policy: number): void
  damageOf(mapping: Mapping): number
  damageAt(view: Uint8Array): number
  residentBytes(mapping: Mapping): number
  populate(mapping: Mapping, byteOffset: number, byteLength: number): Promise<void>
  populateNow(mapping: Mapping, threads: number): void
  copyIn(mapping: Mapping, source: ArrayBufferView, byteOffset: number, byteLength: number): Promise<void>
  faultHandlersInPlace(): boolean
}

/** New zeroed memory without a name, of a size that nobody can change. */
export function createAnonymous(byteLength: number, options: MappingOptions = {}): Mapping {
  return native.createAnonymous(byteLength, flagsOf(options))
}

/** Maps what `fd` refers to. The descriptor belongs to the mapping from now on, also when this throws. */
export function mapDescriptor(
  fd: number,
  byteOffset: number,
  byteLength: number,
  access: MappingAccess,
  options: MappingOptions = {},
): Mapping {
  return native.mapDescriptor(fd, byteOffset, byteLength, accessNumbers[access], flagsOf(options))
}

/** Attaches a System V segment. */
export function mapSysv(id: number, byteLength: number, access: MappingAccess, options: MappingOptions = {}): Mapping {
  return native.mapSysv(id, byteLength, accessNumbers[access], flagsOf(options))
}

/** A new buffer over the mapping, which it keeps alive; call it once a mapping. */
export function bufferOf(mapping: Mapping): SharedArrayBuffer {
  const buffer = native.bufferOf(mapping)
  if (buffer === undefined) {
    throw new Error(`Node ${process.version} offers no way to make a SharedArrayBuffer over a mapping; use Node 20.19, 22 or later`)
  }
  return buffer
}

/** The mapping under a buffer that another thread of this process has made and sent. It stays that thread's: not for `unmap`. */
export function mappingUnder(buffer: SharedArrayBuffer): Mapping {
  return new Uint8Array(buffer, 0, 1) as unknown as Mapping
}

/** Whether anybody still has such a mapping: its thread may have let go of it. */
export const isMapped = native.isMapped
/** The mapping's own descriptor; −1 where it has none (System V) or no longer. */
export const descriptorOf = native.descriptorOf
/** The first byte, as `/proc/self/smaps` counts. */
export const addressOf = native.addressOf
/** Lets go: when no other segment of the process uses the mapping, views over it read zeros from now on. */
export const unmap = native.unmap
/** Writes changed pages back to the file; returns when they are on the device. */
export const syncMapping = native.syncMapping
/** Keeps the pages in memory. */
export const lockMapping = native.lockMapping
/** Gives the pages back for everybody who has the object: all of them read zeros. */
export const punchMapping = native.punchMapping
/** Turns the range into huge pages as far as they can be had. */
export const collapseMapping = native.collapseMapping

export function adviseMapping(mapping: Mapping, advice: MappingAdvice): void {
  native.adviseMapping(mapping, advices[advice])
}

/** Where pages that are touched first from now on come from. */
export function setNumaPolicy(mapping: Mapping, policy: NumaPolicy): void {
  native.setNumaPolicy(mapping, numaPolicies[policy])
}

/** Bits of `damage`; looks at the size of the file too. */
export const damageOf = native.damageOf
/** The same by address: for memory that another thread of this process has mapped. */
export const damageAt = native.damageAt
/** Bytes that are in memory now. */
export const residentBytes = native.residentBytes
/** Allocates or reads in the pages of a part, on a thread of libuv's pool. */
export const populate = native.populate
/** Allocates or reads in all pages, by several threads, before it returns. */
export const populateNow = native.populateNow
/** Copies the same part of `source` in, on a thread of libuv's pool. */
export const copyIn = native.copyIn
/** Whether faults in segments are still caught by the addon: a program may have set handlers of its own. */
export const faultHandlersInPlace = native.faultHandlersInPlace
