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
import type { SyncObject, SyncSet } from './sync-object.js'
import { SysvBarrier } from './sysv-barrier.js'
import { SysvSemaphore } from './sysv-semaphore.js'

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

/** What kind of set of semaphores it is, for {@link attachSetByKind} on the other side. */
export type SetKind = 'SysvBarrier' | 'SysvSemaphore'

/** How a set travels by reference: its kind, and its id. */
export function setKindOf(set: SyncSet): SetKind {
  return set instanceof SysvBarrier ? 'SysvBarrier' : 'SysvSemaphore'
}

export function attachSetByKind(kind: SetKind, id: number): SysvBarrier | SysvSemaphore {
  return kind === 'SysvBarrier' ? SysvBarrier.attach(id) : SysvSemaphore.open({ id })
}
