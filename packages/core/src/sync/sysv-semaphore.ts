import { semaphoreFlags } from '@shoal/native'
import { checkBoolean, expectedRange, expectedType, requireOptions, ShoalError } from '../errors/index.js'
import {
  checkMode,
  createSemaphoreSet,
  findSet,
  listSemaphoreSets,
  removeSetIfThere,
  resolveSysvKey,
  type SysvKey,
} from '../memory/index.js'
import { SyncSet, type WaitAsyncOptions, type WaitOptions } from './sync-object.js'
import { operate, permitsOf } from './sysv-operation.js'
import { timeoutError } from './timeout-error.js'
import { block, timeoutOf } from './waiting.js'
import { poll } from './waiting-async.js'

/** A set of semaphores, and who finds it. */
export interface SysvSemaphoreOptions {
  /** For others to open it by; without it the set is private to who gets its id. */
  key?: SysvKey
  /** What each semaphore of the set starts with, 0 to 32767 each. */
  values: readonly number[]
  /** Permissions, e.g. 0o660, whatever the umask says; 0o600 unless given. */
  mode?: number
  /** Whether it outlives this process; only with a key. */
  persist?: boolean
}

/** Which semaphore of the set, for how long, and what becomes of the permits. */
export interface SysvAcquireOptions extends WaitOptions {
  /** Which of the set; 0 unless given. */
  index?: number
  /**
   * The kernel gives the permits back when the process ends, not the thread. For permits that a process holds and gives back itself;
   * never for signals, for it takes a release back just so.
   */
  undo?: boolean
}

const mostValue = 0x7fff
/** How long a set may take from its making to its values. */
const patienceMs = 1_000

/**
 * A set of System V semaphores, which programs in any language can share by its key.
 *
 * The set is removed when its creator ends, unless `persist`; should the creator be killed, by the next program that makes one.
 *
 * @example
 * const turns = SysvSemaphore.create({ key: { path: '/srv/data', projectId: 1 }, values: [1, 0] })
 * turns.acquire(1, { index: 0 })
 */
export class SysvSemaphore extends SyncSet {
  /** How many semaphores the set has. */
  readonly length: number
  readonly #remove: () => void

  private constructor(id: number, length: number, remove: () => void) {
    super(id)
    this.length = length
    this.#remove = remove
  }

  /**
   * @throws RangeError; ShoalError `SHOAL_SEMAPHORE_EXISTS`, `SHOAL_SEMAPHORE_LIMIT`, and `SHOAL_SEMAPHORE_ACCESS` for a `mode` that does
   * not let its owner read and write.
   */
  static create(options: SysvSemaphoreOptions): SysvSemaphore {
    requireOptions(options)
    const { key, values, mode, persist = false } = options
    checkBoolean('persist', persist)
    if (!Array.isArray(values)) throw expectedType('values', 'an array of numbers', values)
    if (values.length === 0) throw expectedRange('values', 'at least one value', values)
    for (const value of values) checkValue('values', value, 0)
    const resolved = key === undefined ? 0 : resolveSysvKey(key)
    const { semid, remove } = createSemaphoreSet({ key: resolved, values, mode: checkMode(mode), persist: persist && resolved !== 0 })
    return new SysvSemaphore(semid, values.length, remove)
  }

  /**
   * A set that any program has made. One of Shoal's has two semaphores more than `length` says.
   *
   * @throws ShoalError `SHOAL_SEMAPHORE_NOT_FOUND`, `SHOAL_SEMAPHORE_ACCESS`.
   */
  static open(target: { readonly key: SysvKey } | { readonly id: number }): SysvSemaphore {
    const { semid: id, count } = findSet(target)
    const ours = listSemaphoreSets().find(({ semid }) => semid === id)
    return new SysvSemaphore(id, ours?.count ?? count, () => removeSetIfThere({ id }))
  }

  /**
   * For programs that start in any order; `key` is needed.
   *
   * @throws ShoalError `SHOAL_SEMAPHORE_LIMIT`, `SHOAL_SEMAPHORE_ACCESS`, `SHOAL_SEMAPHORE_UNFINISHED`.
   */
  static openOrCreate(options: SysvSemaphoreOptions & { readonly key: SysvKey }): { semaphore: SysvSemaphore; created: boolean } {
    for (;;) {
      try {
        return { semaphore: SysvSemaphore.create(options), created: true }
      } catch (error) {
        if (codeOf(error) !== 'SHOAL_SEMAPHORE_EXISTS') throw error
      }
      try {
        const semaphore = SysvSemaphore.open(options)
        awaitFirstOperation(semaphore.id)
        return { semaphore, created: false }
      } catch (error) {
        // Removed meanwhile: then it is ours to make.
        if (codeOf(error) !== 'SHOAL_SEMAPHORE_NOT_FOUND') throw error
      }
    }
  }

  /** The sets that this user's programs have made with Shoal. */
  static list(): { readonly id: number; readonly key: number; readonly length: number }[] {
    return listSemaphoreSets().map(({ semid, key, count }) => ({ id: semid, key, length: count }))
  }

  /** Removes a set: who waits on it throws. Idempotent. @throws ShoalError `SHOAL_SEMAPHORE_ACCESS`. */
  static remove(target: { readonly key: SysvKey } | { readonly id: number }): void {
    removeSetIfThere(target)
  }

  /**
   * How many permits a semaphore of the set has at this moment.
   *
   * @throws ShoalError `SHOAL_SEMAPHORE_REMOVED`, `SHOAL_SEMAPHORE_ACCESS`.
   */
  value(index = 0): number {
    return permitsOf(this.id, this.#check(index))
  }

  /**
   * Takes `count` permits, all or none, and waits until there are as many.
   *
   * @throws ShoalError `SHOAL_SEMAPHORE_TIMEOUT`, `SHOAL_SEMAPHORE_REMOVED`, `SHOAL_SEMAPHORE_ACCESS`.
   */
  acquire(count = 1, options: SysvAcquireOptions = {}): void {
    const timeoutMs = timeoutOf(options)
    const operation = this.#operation(-checkValue('count', count, 1), options)
    block(
      (slice) => operate(this.id, operation, slice) || undefined,
      timeoutMs,
      () => timeoutError('Semaphore', timeoutMs),
    )
  }

  /** Takes `count` permits if there are as many. @throws ShoalError `SHOAL_SEMAPHORE_REMOVED`, `SHOAL_SEMAPHORE_ACCESS`. */
  tryAcquire(count = 1, options: Omit<SysvAcquireOptions, 'timeoutMs'> = {}): boolean {
    return operate(this.id, this.#operation(-checkValue('count', count, 1), options, semaphoreFlags.noWait), 0)
  }

  /** Acquires without blocking the event loop: looks again after 1 ms, then after up to 50. */
  async acquireAsync(count = 1, options: SysvAcquireOptions & WaitAsyncOptions = {}): Promise<void> {
    await poll(
      () => this.tryAcquire(count, options) || undefined,
      () => timeoutError('Semaphore', options.timeoutMs),
      options,
    )
  }

  /**
   * Gives `count` permits.
   *
   * @throws ShoalError `SHOAL_SEMAPHORE_REMOVED`, `SHOAL_SEMAPHORE_ACCESS`; an error with the code ERANGE beyond 32767.
   */
  release(count = 1, options: Omit<SysvAcquireOptions, 'timeoutMs'> = {}): void {
    operate(this.id, this.#operation(checkValue('count', count, 1), options, semaphoreFlags.noWait), 0)
  }

  /**
   * Waits until a semaphore of the set has no permits.
   *
   * @throws ShoalError `SHOAL_SEMAPHORE_TIMEOUT`, `SHOAL_SEMAPHORE_REMOVED`, `SHOAL_SEMAPHORE_ACCESS`.
   */
  waitForZero(options: WaitOptions & { readonly index?: number } = {}): void {
    const timeoutMs = timeoutOf(options)
    const operation = this.#operation(0, options)
    block(
      (slice) => operate(this.id, operation, slice) || undefined,
      timeoutMs,
      () => timeoutError('Semaphore', timeoutMs),
    )
  }

  /** The same without blocking the event loop: looks again after 1 ms, then after up to 50. */
  async waitForZeroAsync(options: WaitAsyncOptions & { readonly index?: number } = {}): Promise<void> {
    const operation = this.#operation(0, options, semaphoreFlags.noWait)
    await poll(
      () => operate(this.id, operation, 0) || undefined,
      () => timeoutError('Semaphore', options.timeoutMs),
      options,
    )
  }

  /** Removes the set: who waits on it throws. Idempotent. @throws ShoalError `SHOAL_SEMAPHORE_ACCESS`. */
  remove(): void {
    this.#remove()
  }

  #operation(change: number, options: { index?: number; undo?: boolean }, flags = 0): Int16Array {
    requireOptions(options)
    const { index = 0, undo = false } = options
    checkBoolean('undo', undo)
    return Int16Array.of(this.#check(index), change, flags | (undo ? semaphoreFlags.undo : 0))
  }

  #check(index: number): number {
    if (Number.isInteger(index) && index >= 0 && index < this.length) return index
    throw expectedRange('index', `an integer from 0 to ${this.length - 1}`, index)
  }
}

function checkValue(name: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least && value <= mostValue) return value
  throw expectedRange(name, `an integer from ${least} to ${mostValue}`, value)
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}

/** Its creator may be between making the set and setting its values. Sets of other programs may never have seen an operation. */
function awaitFirstOperation(id: number): void {
  const isOurs = listSemaphoreSets().some(({ semid }) => semid === id)
  const pause = new Int32Array(new SharedArrayBuffer(4))
  const attempt = (): true | undefined => {
    if (!isOurs || findSet({ id }).operationTime !== 0) return true
    Atomics.wait(pause, 0, 0, 1)
    return undefined
  }
  const unfinished = `The semaphores with id ${id} were never finished: remove them and create them again`
  block(attempt, patienceMs, () => new ShoalError('SHOAL_SEMAPHORE_UNFINISHED', unfinished))
}
