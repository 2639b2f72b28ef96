import { ShoalError } from '../errors/index.js'

/** What is locked, until it is unlocked or `using` leaves its block. */
export interface Lock extends Disposable {
  /** A thread died holding the lock, and nobody has called `repair()` since: what it guards may be half changed. */
  readonly ownerDied: boolean
  /**
   * Lets the next one in.
   * @throws ShoalError `SHOAL_MUTEX_NOT_HELD` in another thread than the one that locked, or the second time.
   */
  unlock(): void
}

/** What hands out locks. `key` says which of its locks, where it has several. */
export interface Lockable {
  readonly lockName: string
  /** False when this thread does not hold it. */
  release(key: number): boolean
}

let newest: HeldLock | undefined

/**
 * A lock that this thread holds. Held locks are kept in a list: the memory of one that was dropped without being unlocked must not be
 * unmapped, for it is a node in the thread's robust list.
 */
export class HeldLock implements Lock {
  readonly #owner: Lockable
  readonly #key: number
  #ownerDied: boolean
  #held = true
  #older: HeldLock | undefined = newest
  #newer: HeldLock | undefined = undefined

  constructor(owner: Lockable, key: number, ownerDied: boolean) {
    this.#owner = owner
    this.#key = key
    this.#ownerDied = ownerDied
    if (newest !== undefined) newest.#newer = this
    newest = this
  }

  get ownerDied(): boolean {
    return this.#ownerDied
  }

  unlock(): void {
    this.#release()
    this.#held = false
    if (this.#newer === undefined) newest = this.#older
    else this.#newer.#older = this.#older
    if (this.#older !== undefined) this.#older.#newer = this.#newer
  }

  [Symbol.dispose](): void {
    if (this.#held) this.unlock()
  }

  /**
   * Lets go while `action` runs and takes the lock back by `acquire`, which says whether the owner had died.
   *
   * @internal
   */
  suspend(action: () => void, acquire: () => boolean): void {
    this.#release()
    this.#held = false
    try {
      action()
    } finally {
      this.#ownerDied = acquire()
      this.#held = true
    }
  }

  /**
   * The same for what takes longer.
   *
   * @internal
   */
  async suspendAsync(action: () => Promise<void>, acquire: () => Promise<boolean>): Promise<void> {
    this.#release()
    this.#held = false
    try {
      await action()
    } finally {
      this.#ownerDied = await acquire()
      this.#held = true
    }
  }

  /** @internal */
  belongsTo(owner: Lockable): boolean {
    return this.#held && this.#owner === owner
  }

  #release(): void {
    if (this.#held && this.#owner.release(this.#key)) return
    throw notHeldError(this.#owner.lockName)
  }
}

export function notHeldError(name: string): ShoalError {
  return new ShoalError('SHOAL_MUTEX_NOT_HELD', `This thread does not hold the ${name}: unlock it once, in the thread that locked it`)
}

export function deadlockError(name: string): ShoalError {
  return new ShoalError('SHOAL_MUTEX_DEADLOCK', `This thread holds the ${name} already: waiting for it would never end`)
}
