import { futexWait, futexWake } from '@shoal/native'
import { checkFunction, expectedType } from '../errors/index.js'
import { type At, attachAt, createAt, headerWords, type Layout, magicOf, openOrCreateAt } from './layout.js'
import { HeldLock, type Lock, notHeldError } from './lock.js'
import { Mutex } from './mutex.js'
import type { SharedWords } from './place.js'
import { SyncObject, type WaitAsyncOptions, type WaitOptions } from './sync-object.js'
import { timeoutError } from './timeout-error.js'
import { block, deadlineOf, leftMs, sliceMs, timeoutOf } from './waiting.js'
import { checkWaiting, park } from './waiting-async.js'

const byteLength = 64
const all = 0x7fffffff

const layout: Layout<void> = {
  name: 'Condition',
  magic: magicOf('CON'),
  byteLength: () => byteLength,
  byteLengthAt: () => byteLength,
  // Zeros: nobody sleeps, nobody has been notified.
  initialise: () => {},
  matches: () => true,
}

/**
 * Waits for something that a {@link Mutex} guards to become true.
 *
 * @example
 * const lock = mutex.lock()
 * condition.wait(mutex, lock, () => words[0] > 0)   // the mutex is free during the wait and held after it
 * words[0]--
 * lock.unlock()
 */
export class Condition extends SyncObject {
  /** Room in shared memory. */
  static readonly byteLength = byteLength

  /** Counts notifications: who sleeps, sleeps on it. The word behind it counts the sleepers. */
  readonly #key: number

  private constructor(view: SharedWords, index: number) {
    super(view, index)
    this.#key = index + headerWords
  }

  /** A condition in memory of its own, or at `view[index]` over whatever was there. */
  static create(): Condition
  static create(view: SharedWords, index: number): Condition
  static create(...at: [] | [SharedWords, number]): Condition {
    return new Condition(...createAt(layout, at as At, undefined))
  }

  /** @throws ShoalError `SHOAL_SYNC_UNKNOWN` when there is no condition at `view[index]`. */
  static attach(view: SharedWords, index = 0): Condition {
    attachAt(layout, view, index)
    return new Condition(view, index)
  }

  /** The condition at `view[index]`, made by whoever comes first; the memory is zeros before. */
  static openOrCreate(view: SharedWords, index: number): Condition {
    openOrCreateAt(layout, view, index, undefined)
    return new Condition(view, index)
  }

  /**
   * Lets go of the mutex until `predicate` is true, which is looked at with the mutex held: after each notification, and every 50 ms, for
   * the one who was notified may have died.
   *
   * @throws ShoalError `SHOAL_CONDITION_TIMEOUT`, with the mutex held; `SHOAL_MUTEX_NOT_HELD`.
   */
  wait(mutex: Mutex, lock: Lock, predicate: () => boolean, options?: WaitOptions): void {
    const timeoutMs = timeoutOf(options)
    checkFunction('predicate', predicate)
    const held = heldLock(mutex, lock)
    if (predicate()) return
    const attempt = (slice: number): true | undefined => {
      const key = this.#enter()
      held.suspend(
        () => futexWait(this.view, this.#key, key, slice),
        () => {
          this.#leave()
          return mutex.reacquire()
        },
      )
      return predicate() || undefined
    }
    block(attempt, timeoutMs, () => timeoutError('Condition', timeoutMs))
  }

  /**
   * The same without blocking the event loop.
   *
   * @throws ShoalError `SHOAL_CONDITION_TIMEOUT`, or the signal's reason, with the mutex held.
   */
  async waitAsync(mutex: Mutex, lock: Lock, predicate: () => boolean, options: WaitAsyncOptions = {}): Promise<void> {
    const { timeoutMs = Number.POSITIVE_INFINITY, signal } = checkWaiting(options)
    checkFunction('predicate', predicate)
    const held = heldLock(mutex, lock)
    const deadline = deadlineOf(timeoutMs)
    while (!predicate()) {
      const left = leftMs(deadline)
      if (left === 0) throw timeoutError('Condition', timeoutMs)
      const key = this.#enter()
      await held.suspendAsync(
        () => park({ view: this.view, index: this.#key, sleepers: -1 }, key, Math.min(left, sliceMs), signal),
        async () => {
          this.#leave()
          return mutex.reacquireAsync()
        },
      )
    }
  }

  /** Wakes one who waits. Change what it waits for with the mutex held. */
  notifyOne(): void {
    this.#notify(1)
  }

  /** Wakes all who wait. */
  notifyAll(): void {
    this.#notify(all)
  }

  #notify(count: number): void {
    if (Atomics.load(this.view, this.#key + 1) === 0) return
    Atomics.add(this.view, this.#key, 1)
    futexWake(this.view, this.#key, count)
  }

  // Counted before the key is read, and both with the mutex held: who changes the predicate after that sees the sleeper.
  #enter(): number {
    Atomics.add(this.view, this.#key + 1, 1)
    return Atomics.load(this.view, this.#key)
  }

  #leave(): void {
    Atomics.sub(this.view, this.#key + 1, 1)
  }
}

function heldLock(mutex: Mutex, lock: Lock): HeldLock {
  if (!(mutex instanceof Mutex)) throw expectedType('mutex', 'a Mutex', mutex)
  if (!(lock instanceof HeldLock)) throw expectedType('lock', 'a lock of the mutex', lock)
  if (lock.belongsTo(mutex)) return lock
  throw notHeldError(mutex.lockName)
}
