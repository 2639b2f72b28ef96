import {
  kMutexBytes,
  mutexAnnounce,
  mutexBusy,
  mutexDeadlock,
  mutexFutexWord,
  mutexInitialise,
  mutexLock,
  mutexLocked,
  mutexPoisoned,
  mutexRepair,
  mutexTryLockAt,
  mutexUnlockAt,
} from '@shoal/native'
import { checkFunction, ShoalError } from '../errors/index.js'
import { type At, attachAt, createAt, headerWords, type Layout, magicOf, openOrCreateAt } from './layout.js'
import { deadlockError, HeldLock, type Lock, type Lockable, notHeldError } from './lock.js'
import type { SharedWords } from './place.js'
import { refusePromise } from './refuse-promise.js'
import { SyncObject, type WaitAsyncOptions, type WaitOptions } from './sync-object.js'
import { timeoutError } from './timeout-error.js'
import { block, spinNsFor, timeoutOf } from './waiting.js'
import { retry } from './waiting-async.js'

const byteLength = headerWords * 4 + kMutexBytes

const layout: Layout<void> = {
  name: 'Mutex',
  magic: magicOf('MUT'),
  byteLength: () => byteLength,
  byteLengthAt: () => byteLength,
  initialise: (view, index) => mutexInitialise(view, index + headerWords),
  matches: () => true,
}

/**
 * One thread at a time, of all threads and processes. When one ends while it holds the mutex, however it ends, the next gets it and is
 * told so by {@link Lock.ownerDied}, and so is everybody after it until one has called {@link Mutex.repair}.
 *
 * Locks belong to threads: unlock where you locked.
 *
 * @example
 * using lock = mutex.lock()
 * if (lock.ownerDied) { recount(); mutex.repair() }
 */
export class Mutex extends SyncObject implements Lockable {
  /** Room in shared memory. */
  static readonly byteLength = byteLength

  readonly lockName = 'mutex'
  readonly #words: number
  readonly #tryLock: () => number
  readonly #unlock: () => boolean
  readonly #spinNs = spinNsFor(2)

  private constructor(view: SharedWords, index: number) {
    super(view, index)
    this.#words = index + headerWords
    this.#tryLock = mutexTryLockAt(view, this.#words)
    this.#unlock = mutexUnlockAt(view, this.#words)
  }

  /** A mutex in memory of its own, or at `view[index]` over whatever was there. Nobody may hold one there. */
  static create(): Mutex
  static create(view: SharedWords, index: number): Mutex
  static create(...at: [] | [SharedWords, number]): Mutex {
    return new Mutex(...createAt(layout, at as At, undefined))
  }

  /** @throws ShoalError `SHOAL_SYNC_UNKNOWN` when there is no mutex at `view[index]`. */
  static attach(view: SharedWords, index = 0): Mutex {
    attachAt(layout, view, index)
    return new Mutex(view, index)
  }

  /** The mutex at `view[index]`, made by whoever comes first; the memory is zeros before. */
  static openOrCreate(view: SharedWords, index: number): Mutex {
    openOrCreateAt(layout, view, index, undefined)
    return new Mutex(view, index)
  }

  /**
   * @throws ShoalError `SHOAL_MUTEX_TIMEOUT`; `SHOAL_MUTEX_DEADLOCK` when this thread holds it.
   */
  lock(options?: WaitOptions): Lock {
    if (options !== undefined) timeoutOf(options)
    const result = this.#tryLock()
    if (result === mutexLocked) return new HeldLock(this, 0, false)
    if (result !== mutexBusy) return this.#held(result)
    const timeoutMs = timeoutOf(options)
    let spinNs = this.#spinNs
    const attempt = (slice: number): Lock | undefined => {
      const again = mutexLock(this.view, this.#words, spinNs, slice)
      spinNs = 0
      return again === mutexBusy ? undefined : this.#held(again)
    }
    return block(attempt, timeoutMs, () => timeoutError('Mutex', timeoutMs))
  }

  /** undefined when another thread holds it. */
  tryLock(): Lock | undefined {
    const result = this.#tryLock()
    return result === mutexBusy || result === mutexDeadlock ? undefined : this.#held(result)
  }

  /**
   * Locks without blocking the event loop. Where this thread holds it already it waits for that lock to be let go.
   *
   * @throws ShoalError `SHOAL_MUTEX_TIMEOUT`, or the signal's reason.
   */
  lockAsync(options?: WaitAsyncOptions): Promise<Lock> {
    return this.#retry(() => this.tryLock(), options)
  }

  #retry<T>(tryLock: () => T | undefined, options?: WaitAsyncOptions): Promise<T> {
    let parked = false
    const attempt = (): T | undefined => {
      const lock = tryLock()
      // Those who sleep beside this one were forgotten by the holder that woke it: the next unlock has to wake them.
      if (lock !== undefined && parked) mutexAnnounce(this.view, this.#words)
      return lock
    }
    const expected = () => {
      parked = true
      return mutexAnnounce(this.view, this.#words)
    }
    const place = { view: this.view, index: this.#words + mutexFutexWord(), sleepers: -1, expected }
    return retry(attempt, place, () => timeoutError('Mutex', options?.timeoutMs), options)
  }

  /**
   * Runs `fn` with the mutex held.
   *
   * @throws TypeError when `fn` is asynchronous: it would go on without the mutex. `lockAsync` is for that.
   */
  withLock<T>(fn: (lock: Lock) => T): T {
    checkFunction('fn', fn)
    const lock = this.lock()
    try {
      return refusePromise(fn(lock), 'fn (with lockAsync() the mutex is held until you unlock)')
    } finally {
      lock[Symbol.dispose]()
    }
  }

  /**
   * Says that what the mutex guards is whole again: the locks that follow are not told of the dead owner.
   *
   * @throws ShoalError `SHOAL_MUTEX_NOT_HELD`.
   */
  repair(): void {
    if (!mutexRepair(this.view, this.#words)) throw notHeldError(this.lockName)
  }

  /**
   * Takes it for a lock that lets it go meanwhile; whether its owner had died.
   *
   * @internal
   */
  reacquire(): boolean {
    const attempt = (slice: number): boolean | undefined => {
      const result = mutexLock(this.view, this.#words, this.#spinNs, slice)
      return result === mutexBusy ? undefined : this.#poisoned(result)
    }
    return block(attempt, Number.POSITIVE_INFINITY, () => timeoutError('Mutex', 0))
  }

  /** @internal */
  reacquireAsync(): Promise<boolean> {
    const attempt = (): boolean | undefined => {
      const result = this.#tryLock()
      return result === mutexBusy || result === mutexDeadlock ? undefined : this.#poisoned(result)
    }
    return this.#retry(attempt)
  }

  /** @internal */
  release(): boolean {
    return this.#unlock()
  }

  #held(result: number): Lock {
    return new HeldLock(this, 0, this.#poisoned(result))
  }

  #poisoned(result: number): boolean {
    if (result === mutexDeadlock) throw deadlockError(this.lockName)
    if (result === mutexLocked || result === mutexPoisoned) return result === mutexPoisoned
    throw new ShoalError(
      'SHOAL_MUTEX_DAMAGED',
      `The mutex at index ${this.index} is beyond use, as something else wrote into its memory: keep its words to it alone`,
    )
  }
}
