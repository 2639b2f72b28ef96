import { ShoalError } from '../errors/index.js'
import { Barrier } from './barrier.js'
import { Condition } from './condition.js'
import { Latch } from './latch.js'
import { Mutex } from './mutex.js'
import { Once } from './once.js'
import type { SharedWords } from './place.js'
import { RingQueue } from './ring-queue.js'
import { RwLock } from './rw-lock.js'
import { Semaphore } from './semaphore.js'
import type { SyncObject } from './sync-object.js'

const kinds = { Barrier, Condition, Latch, Mutex, Once, RingQueue, RwLock, Semaphore }

/** What kind of object it is, for {@link attachByKind} on the other side. */
export type SyncKind = keyof typeof kinds

/** How an object travels by reference: its kind, and its place. */
export function kindOf(object: SyncObject): SyncKind {
  for (const [name, kind] of Object.entries(kinds)) if (object instanceof kind) return name as SyncKind
  throw new ShoalError('SHOAL_SYNC_UNKNOWN', `A ${object.constructor.name} does not travel by its place in memory`)
}

export function attachByKind(kind: SyncKind, view: SharedWords, index: number): SyncObject {
  return kinds[kind].attach(view, index)
}
