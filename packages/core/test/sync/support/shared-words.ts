import { bufferOf, createAnonymous, descriptorOf, type Mapping, mapDescriptor } from '@shoal/native'
import type { SharedWords } from '#internal/sync/index.js'

/** Shared memory that threads get as a buffer and processes as a descriptor. */
export interface SharedMemory {
  readonly words: SharedWords
  readonly mapping: Mapping
  readonly fd: number
}

export const memoryBytes = 1 << 20

export function createMemory(): SharedMemory {
  const mapping = createAnonymous(memoryBytes)
  return { words: new Int32Array(bufferOf(mapping)), mapping, fd: descriptorOf(mapping) }
}

export function openMemory(fd: number): SharedWords {
  return new Int32Array(bufferOf(mapDescriptor(fd, 0, memoryBytes, 'readwrite')))
}

/** Turns the event loop until `condition` holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}
