import {
  kReaderBytes,
  kReadWriteLockBytes,
  mutexBusy,
  mutexDeadlock,
  mutexPoisoned,
  rwlockAnnounce,
  rwlockBeginWrite,
  rwlockDeadlock,
  rwlockDrain,
  rwlockEndRead,
  rwlockEndWrite,
  rwlockFutexWord,
  rwlockInitialise,
  rwlockNoSlot,
  rwlockRead,
  rwlockRepair,
  rwlockWriter,
} from '@shoal/native'
import { expectedRange } from '../errors/index.js'
import { type At, attachAt, createAt, headerWords, type Layout, magicOf, openOrCreateAt } from './layout.js'
import { deadlockError, HeldLock, type Lock, type Lockable, notHeldError } from './lock.js'
import type { SharedWords } from './place.js'
import { SyncObject, type WaitAsyncOptions, type WaitOptions } from './sync-object.js'
import { timeoutError } from './timeout-error.js'
import { block, deadlineOf, leftMs, sliceMs, spinNsFor, timeoutOf } from './waiting.js'
import { checkWaiting, retry, type WaitingPlace } from './waiting-async.js'

/** How many may read. */
export interface RwLockOptions {
  /** How many may read at once, 1 to 1024; 32 unless given. */
  readers?: number
}

const defaultReaders = 32
const mostReaders = 1024
/** The word behind the lock's first: how many slots it has. */
const slotsWord = headerWords + 1

const layout: Layout<RwLockOptions> = {
  name: 'RwLock',
  magic: magicOf('RWL'),
  byteLength: ({ readers = defaultReaders }) => RwLock.byteLengthFor(readers),
  byteLengthAt: (view, index) => 64 + kReadWriteLockBytes + (view[index + slotsWord] ?? 0) * kReaderBytes,
  initialise: (view, index, { readers = defaultReaders }) => rwlockInitialise(view, index + headerWords, readers),
  matches: (view, index, { readers }) => readers === undefined || view[index + slotsWord] === readers,
}

/**
 * Many readers or one writer, of all threads and processes. A reader that dies is forgotten; when a writer dies, the locks that follow say
 * {@link Lock.ownerDied} until one writer has called {@link RwLock.repair}. Writers go first: while one waits, no new reader gets in.
 * @example
 * const guard = RwLock.create()
 * const reading = guard.read()
 * const value = table[0]
 * reading.unlock()
 */
export class RwLock extends SyncObject implements Lockable {
  /** Room in shared memory for 32 readers at once. */
  static readonly byteLength = 64 + kReadWriteLockBytes + defaultReaders * kReaderBytes

  readonly lockName = 'read-write lock'
  readonly #words: number
  readonly #slots: number
  readonly #spinNs = spinNsFor(2)
  #hint = 0

  private constructor(view: SharedWords, index: number) {
    super(view, index)
    this.#words = index + headerWords
    this.#slots = Atomics.load(view, index + slotsWord)
  }

  /** Room in shared memory for `readers` readers at once. */
  static byteLengthFor(readers: number): number {
    if (!Number.isInteger(readers) || readers < 1 || readers > mostReaders) {
      throw expectedRange('readers', `an integer from 1 to ${mostReaders}`, readers)
    }
    return 64 + kReadWriteLockBytes + readers * kReaderBytes
  }

  /** A lock in memory of its own, or at `view[index]` over whatever was there. Nobody may hold one there. */
  static create(options?: RwLockOptions): RwLock
  static create(view: SharedWords, index: number, options?: RwLockOptions): RwLock
  static create(...args: readonly unknown[]): RwLock {
    const [at, options] = args.length >= 2 ? [args.slice(0, 2), args[2]] : [[], args[0]]
    return new RwLock(...createAt(layout, at as unknown as At, (options === undefined ? {} : options) as RwLockOptions))
  }

  /** @throws ShoalError `SHOAL_SYNC_UNKNOWN` when there is none at `view[index]`. */
  static attach(view: SharedWords, index = 0): RwLock {
    attachAt(layout, view, index)
    return new RwLock(view, index)
  }

  /** The lock at `view[index]`, made by whoever comes first; the memory is zeros before. */
  static openOrCreate(view: SharedWords, index: number, options: RwLockOptions = {}): RwLock {
    openOrCreateAt(layout, view, index, options)
    return new RwLock(view, index)
  }

  /**
   * Locks for reading, beside other readers.
   *
   * @throws ShoalError `SHOAL_RWLOCK_TIMEOUT`; `SHOAL_MUTEX_DEADLOCK` while this thread writes, holds all places to read itself, or reads
   * already and a writer waits for it to end.
   */
  read(options?: WaitOptions): Lock {
    const timeoutMs = timeoutOf(options)
    const deadline = deadlineOf(timeoutMs)
    const lock = this.#tryRead(Math.min(timeoutMs, sliceMs))
    if (lock !== undefined) return lock
    return block(
      (slice) => this.#tryRead(slice),
      leftMs(deadline),
      () => this.#timedOut(options),
    )
  }

  /** undefined while a thread writes or waits to. */
  tryRead(): Lock | undefined {
    return this.#tryRead(0, deadlockIsBusy)
  }

  /**
   * Locks for writing, alone.
   *
   * @throws ShoalError `SHOAL_RWLOCK_TIMEOUT`; `SHOAL_MUTEX_DEADLOCK` while this thread reads or writes.
   */
  write(options?: WaitOptions): Lock {
    const timeoutMs = timeoutOf(options)
    const deadline = deadlineOf(timeoutMs)
    const ownerDied = block(
      (slice) => this.#beginWrite(this.#spinNs, slice),
      timeoutMs,
      () => this.#timedOut(options),
    )
    try {
      let slot = 0
      const drain = (slice: number): true | undefined => {
        slot = rwlockDrain(this.view, this.#words, slot, slice)
        return slot === this.#slots || undefined
      }
      block(drain, leftMs(deadline), () => this.#timedOut(options))
    } catch (error) {
      rwlockEndWrite(this.view, this.#words)
      throw error
    }
    return new HeldLock(this, rwlockWriter, ownerDied)
  }

  /** undefined while a thread reads or writes. */
  tryWrite(): Lock | undefined {
    const ownerDied = this.#beginWrite(0, 0, deadlockIsBusy)
    if (ownerDied === undefined) return undefined
    if (rwlockDrain(this.view, this.#words, 0, 0) === this.#slots) return new HeldLock(this, rwlockWriter, ownerDied)
    rwlockEndWrite(this.view, this.#words)
    return undefined
  }

  /**
   * Locks for reading without blocking the event loop.
   *
   * @throws ShoalError `SHOAL_RWLOCK_TIMEOUT`, or the signal's reason.
   */
  readAsync(options?: WaitAsyncOptions): Promise<Lock> {
    const index = this.#words
    // The flag tells of the end of a write; the death of a writer and a free slot are found by looking.
    const place = { view: this.view, index, sleepers: -1, expected: () => Atomics.load(this.view, index), againAfterMs: sliceMs }
    return retry(
      () => this.tryRead(),
      place,
      () => this.#timedOut(options),
      options,
    )
  }

  /**
   * Locks for writing without blocking the event loop. Where this thread reads or writes already it waits for those locks to be let go.
   *
   * @throws ShoalError `SHOAL_RWLOCK_TIMEOUT`, or the signal's reason.
   */
  async writeAsync(options: WaitAsyncOptions = {}): Promise<Lock> {
    const { timeoutMs = Number.POSITIVE_INFINITY } = checkWaiting(options)
    const deadline = deadlineOf(timeoutMs)
    const writers = this.#mutexPlace(rwlockWriter)
    const timedOut = () => this.#timedOut(options)
    const ownerDied = await retry(() => this.#beginWrite(0, 0, deadlockIsBusy), writers, timedOut, options)
    // As in Mutex: those who sleep beside this one have to be woken by its unlock.
    writers.expected()
    try {
      for (let slot = 0; ; ) {
        const left = rwlockDrain(this.view, this.#words, slot, 0)
        if (left === this.#slots) return new HeldLock(this, rwlockWriter, ownerDied)
        slot = left
        const gone = () => rwlockDrain(this.view, this.#words, slot, 0) > slot || undefined
        await retry(gone, this.#mutexPlace(slot), timedOut, { ...options, timeoutMs: leftMs(deadline) })
      }
    } catch (error) {
      rwlockEndWrite(this.view, this.#words)
      throw error
    }
  }

  /**
   * Says that what the lock guards is whole again. For the thread that writes.
   *
   * @throws ShoalError `SHOAL_MUTEX_NOT_HELD`.
   */
  repair(): void {
    if (!rwlockRepair(this.view, this.#words)) throw notHeldError(this.lockName)
  }

  /** @internal */
  release(key: number): boolean {
    return key === rwlockWriter ? rwlockEndWrite(this.view, this.#words) : rwlockEndRead(this.view, this.#words, key)
  }

  #tryRead(slice: number, onDeadlock: OnDeadlock = throwDeadlock): Lock | undefined {
    const slot = rwlockRead(this.view, this.#words, this.#hint, slice)
    if (slot === rwlockDeadlock) return onDeadlock(this.lockName)
    if (slot === rwlockNoSlot) return undefined
    this.#hint = slot
    return new HeldLock(this, slot, Atomics.load(this.view, this.#words + 2) !== 0)
  }

  /** Whether a writer had died; undefined when there is one. */
  #beginWrite(spinNs: number, slice: number, onDeadlock: OnDeadlock = throwDeadlock): boolean | undefined {
    const result = rwlockBeginWrite(this.view, this.#words, spinNs, slice)
    if (result === mutexDeadlock) return onDeadlock(this.lockName)
    return result === mutexBusy ? undefined : result === mutexPoisoned
  }

  /** Where to wait for a reader's slot, or for the writers' mutex. */
  #mutexPlace(slot: number): WaitingPlace {
    const index = this.#words + rwlockFutexWord(this.view, this.#words, slot)
    return {
      view: this.view,
      index,
      sleepers: -1,
      expected: () => rwlockAnnounce(this.view, this.#words, slot),
      againAfterMs: sliceMs,
    }
  }

  #timedOut(options: WaitOptions | undefined): Error {
    return timeoutError('RwLock', options?.timeoutMs)
  }
}

type OnDeadlock = (name: string) => undefined

function throwDeadlock(name: string): never {
  throw deadlockError(name)
}

/** For the forms that do not block the thread: a lock of its own is one like others. */
function deadlockIsBusy(): undefined {}
