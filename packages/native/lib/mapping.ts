import { binding } from './binding.js'

declare const mappingBrand: unique symbol
/** A mapped range of this process, held by the addon until it is unmapped or collected. */
export interface Mapping {
  readonly [mappingBrand]: true
}

export type MappingAccess = 'readwrite' | 'readonly' | 'copyonwrite'

const accessNumbers = { readwrite: 0, readonly: 1, copyonwrite: 2 } as const

/**
 * One mapping for all threads of the process, or one for each? On Node 20 two backing stores over one address abort the process in
 * `Atomics.notify`, so there every thread that maps by itself gets an address of its own.
 */
const shared = Number.parseInt(process.versions.node, 10) >= 22

const native = binding as unknown as {
  createAnonymous(byteLength: number): Mapping
  mapDescriptor(fd: number, byteOffset: number, byteLength: number, access: number, shared: boolean): Mapping
  mapSysv(id: number, byteLength: number, access: number, shared: boolean): Mapping
  bufferOf(mapping: Mapping): SharedArrayBuffer | undefined
  descriptorOf(mapping: Mapping): number
  unmap(mapping: Mapping): void
  syncMapping(mapping: Mapping): void
}

/** New zeroed memory without a name, of a size that nobody can change. */
export const createAnonymous: (byteLength: number) => Mapping = native.createAnonymous

/** Maps what `fd` refers to. The descriptor belongs to the mapping from now on, also when this throws. */
export function mapDescriptor(fd: number, byteOffset: number, byteLength: number, access: MappingAccess): Mapping {
  return native.mapDescriptor(fd, byteOffset, byteLength, accessNumbers[access], shared)
}

/** Attaches a System V segment. */
export function mapSysv(id: number, byteLength: number, access: MappingAccess): Mapping {
  return native.mapSysv(id, byteLength, accessNumbers[access], shared)
}

/** A new buffer over the mapping, which it keeps alive; call it once a mapping. */
export function bufferOf(mapping: Mapping): SharedArrayBuffer {
  const buffer = native.bufferOf(mapping)
  if (buffer === undefined) {
    throw new Error(
      `Node ${process.version} offers no way to make a SharedArrayBuffer over a mapping; Shoal needs a release of Node 20.19, 22 or later`,
    )
  }
  return buffer
}

/** The mapping's own descriptor; −1 where it has none (System V) or no longer. */
export const descriptorOf: (mapping: Mapping) => number = native.descriptorOf

/** Lets go: when no other segment of the process uses the mapping, views over it read zeros from now on. */
export const unmap: (mapping: Mapping) => void = native.unmap

/** Writes changed pages back to the file; returns when they are on the device. */
export const syncMapping: (mapping: Mapping) => void = native.syncMapping
