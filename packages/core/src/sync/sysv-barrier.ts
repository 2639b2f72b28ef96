import { semaphoreFlags } from '@shoal/native'
import { expectedRange, requireOptions, ShoalError } from '../errors/index.js'
import { findSet, type SysvKey } from '../memory/index.js'
import { type BreakReason, type BrokenBarrier, breakReasons, brokenBarrierError } from './broken-barrier.js'
import { SyncSet, type WaitAsyncOptions, type WaitOptions } from './sync-object.js'
import { operate, operateUntilEnd, permitsOf } from './sysv-operation.js'
import { SysvSemaphore, type SysvSemaphoreOptions } from './sysv-semaphore.js'
import { timeoutError } from './timeout-error.js'
import { deadlineOf, nextSliceMs, timeoutOf, warnOfBlocking } from './waiting.js'
import { checkWaiting, poll } from './waiting-async.js'

/** The set: three counters in rotation, which of them is in use, then what follows from the names. */
const [phaseAt, partiesAt, brokenAt, epochAt, joinedAt, presentAt, magicAt] = [3, 4, 5, 6, 7, 8, 9] as const
const length = 10
/** A letter and the version of the layout. */
const magic = ('B'.charCodeAt(0) << 8) | 1
const mostParties = 4095
const { noWait, undo } = semaphoreFlags

type Operation = readonly [index: number, change: number, flags?: number]

/** Who meets, and how they find the barrier. */
export interface SysvBarrierOptions extends Omit<SysvSemaphoreOptions, 'values'> {
  /** How many have to come, 1 to 4095. */
  parties: number
}

/** In which phase a member waits, and since which reset. */
interface Arrival {
  readonly phase: number
  readonly epoch: number
}

/** "Only if it is `value`", as operations of one atomic array. */
function only(index: number, value: number): Operation[] {
  return value === 0 ? [[index, 0]] : [[index, -value], [index, 0], [index, value]] // biome-ignore format: one fact
}

/**
 * The sets that this thread has joined, and how to take back that its end is told to the others. By id, for a thread joins once, however
 * many objects it attaches: each call of a kernel attaches one.
 */
const joinedSets = new Map<number, () => void>()

/**
 * {@link Barrier} for programs that share no memory: a set of System V semaphores. The death of a member, thread or process, is seen by the
 * others; one that leaves without {@link SysvBarrier.detach} counts as dead. The protocol is in `sync/README.md`.
 *
 * @example
 * const barrier = SysvBarrier.create({ parties: 2 })
 * const child = fork('./other.js', [String(barrier.id)])   // there: SysvBarrier.attach(Number(process.argv[2]))
 * barrier.wait()
 */
export class SysvBarrier extends SyncSet {
  readonly #remove: () => void

  private constructor(id: number, remove: () => void) {
    super(id)
    this.#remove = remove
  }

  /** @throws RangeError unless 1 ≤ `parties` ≤ 4095; ShoalError as {@link SysvSemaphore.create}. */
  static create(options: SysvBarrierOptions): SysvBarrier {
    requireOptions(options)
    const { parties, ...place } = options
    const semaphores = SysvSemaphore.create({ ...place, values: initial(checkParties(parties)) })
    return new SysvBarrier(semaphores.id, () => semaphores.remove())
  }

  /**
   * @throws ShoalError `SHOAL_SYNC_UNKNOWN` when the set with this id or key is no barrier; `SHOAL_SEMAPHORE_NOT_FOUND`,
   * `SHOAL_SEMAPHORE_ACCESS`.
   */
  static attach(target: number | { readonly key: SysvKey }): SysvBarrier {
    if (typeof target !== 'number') requireOptions(target, 'target', 'an id, or an object with the key of a set')
    const { semid: id, count } = findSet(typeof target === 'number' ? { id: target } : target)
    if (count === length + 2 && permitsOf(id, magicAt) === magic) return new SysvBarrier(id, () => SysvSemaphore.remove({ id }))
    throw new ShoalError(
      'SHOAL_SYNC_UNKNOWN',
      `Expected a SysvBarrier with id ${id} but found another set, of ${count} semaphores: give it the id or key of a barrier`,
    )
  }

  /** For programs that start in any order; `key` is needed. */
  static openOrCreate(options: SysvBarrierOptions & { readonly key: SysvKey }): SysvBarrier {
    requireOptions(options)
    const { parties, ...place } = options
    const { semaphore, created } = SysvSemaphore.openOrCreate({ ...place, values: initial(checkParties(parties)) })
    const barrier = created ? new SysvBarrier(semaphore.id, () => semaphore.remove()) : SysvBarrier.attach(semaphore.id)
    if (barrier.parties === parties) return barrier
    throw new ShoalError(
      'SHOAL_SYNC_MISMATCH',
      `Expected a SysvBarrier of ${parties} parties but found one of ${barrier.parties}: give all who share it the same number`,
    )
  }

  /** How many have to come; fewer after {@link SysvBarrier.detach}. */
  get parties(): number {
    return this.#value(partiesAt)
  }

  /** Who broke it, −1 where that is not known, and why; undefined while it is whole. */
  get broken(): BrokenBarrier | undefined {
    const code = this.#value(brokenAt) - 1
    return code < 0 ? undefined : { rank: (code >> 2) - 1, reason: breakReasons[code & 3] ?? 'failure' }
  }

  /**
   * Waits for all parties. True for the one that was elected, the last to come. A time-out breaks the barrier for all.
   *
   * @throws ShoalError `SHOAL_BARRIER_BROKEN`.
   */
  wait(options?: WaitOptions): boolean {
    const deadline = deadlineOf(timeoutOf(options))
    const arrival = this.#arrive()
    if (arrival === undefined) return true
    for (;;) {
      const slice = nextSliceMs(deadline)
      if (slice === 0) this.#breakPhase(arrival, 'timeout')
      if (this.#passed(arrival, slice)) return false
      warnOfBlocking()
    }
  }

  /** Waits without blocking the event loop: looks again after 1 ms, then after up to 50. An abort breaks the barrier. */
  async waitAsync(options: WaitAsyncOptions = {}): Promise<boolean> {
    checkWaiting(options)
    const arrival = this.#arrive()
    if (arrival === undefined) return true
    try {
      await poll(
        () => this.#passed(arrival, 0) || undefined,
        () => timeoutError('Barrier', options.timeoutMs),
        options,
      )
    } catch (error) {
      const aborted = options.signal?.aborted === true
      if (this.#breakPhase(arrival, aborted ? 'cancelled' : 'timeout') && aborted) throw error
      // Released meanwhile, or it throws: broken.
      this.#passed(arrival, 0)
    }
    return false
  }

  /** @internal */
  break(rank: number, reason: BreakReason): boolean {
    return this.#operate(...only(brokenAt, 0), [brokenAt, brokenCode(rank, reason)])
  }

  /** Makes it whole again, with nobody arrived; who still waits throws. For the one who supervises the parties. */
  reset(): void {
    for (;;) {
      const values = Array.from({ length }, (_, index) => this.#value(index))
      const present = values[presentAt] ?? 0
      const fresh = initial(this.parties)
      fresh[epochAt] = ((values[epochAt] ?? 0) + 1) % 30_000
      // The dead are forgotten. Those who are present are left alone, and nothing is set by SETALL: it would take away what the kernel
      // undoes when they die.
      fresh[joinedAt] = fresh[presentAt] = present
      const operations = values.flatMap((value, index): Operation[] => {
        const change = (fresh[index] ?? 0) - value
        return change === 0 ? only(index, value) : [...only(index, value), [index, change]]
      })
      if (this.#operate(...operations)) return
    }
  }

  /** One party fewer for good; the others are released if they have all come. */
  detach(): void {
    for (;;) {
      const [phase, parties, broken] = [this.#value(phaseAt), this.parties, this.#value(brokenAt)]
      if (parties === 0) break
      const fewer: Operation[] = [...only(brokenAt, broken), ...only(partiesAt, parties), [partiesAt, -1]]
      if (broken > 0) {
        // Nobody is released from a broken phase, and reset() arms all counters anew.
        if (this.#operate(...fewer)) break
        continue
      }
      fewer.push([(phase + 1) % 3, -1])
      if (this.#operate(...fewer, ...this.#asLast(phase, parties - 1)) || this.#operate(...fewer, ...this.#asOneOfMany(phase))) break
    }
    if (this.#forgetEnd()) this.#operate([joinedAt, -1], [presentAt, -1, undo])
  }

  /** Removes the semaphores: who waits throws. Idempotent. */
  remove(): void {
    this.#forgetEnd()
    this.#remove()
  }

  #join(): void {
    if (joinedSets.has(this.id)) return
    // The kernel undoes at the end of the process, the addon at the end of the thread.
    const forgetEnd = operateUntilEnd(this.id, numbersOf([joinedAt, 1], [presentAt, 1, undo]), numbersOf([presentAt, -1, undo]))
    if (forgetEnd !== undefined) joinedSets.set(this.id, forgetEnd)
  }

  /** False where this thread had not joined. */
  #forgetEnd(): boolean {
    joinedSets.get(this.id)?.()
    return joinedSets.delete(this.id)
  }

  /** undefined for the last to come, who has released the others. */
  #arrive(): Arrival | undefined {
    this.#join()
    for (;;) {
      const [phase, epoch, parties] = [this.#value(phaseAt), this.#value(epochAt), this.parties]
      // What was read still holds, or the array does nothing: there may have been a reset() or a detach() since.
      const whole: Operation[] = [...only(brokenAt, 0), ...only(epochAt, epoch), ...only(partiesAt, parties)]
      if (this.#operate(...whole, ...this.#asLast(phase, parties))) return undefined
      if (this.#operate(...whole, ...this.#asOneOfMany(phase))) return { phase, epoch }
      if (this.broken !== undefined) throw brokenBarrierError(this.broken)
      if (parties === 0) return undefined
    }
  }

  /** Releases the phase, arms the counter of the phase before, which all have left, and moves on. */
  #asLast(phase: number, parties: number): Operation[] {
    const previous = (phase + 2) % 3
    const arm: Operation[] = parties > 0 ? [[previous, parties]] : []
    return [...only(phaseAt, phase), ...only(phase, 1), [phase, -1], ...arm, [phaseAt, phase === 2 ? -2 : 1]]
  }

  #asOneOfMany(phase: number): Operation[] {
    return [...only(phaseAt, phase), [phase, -2], [phase, 1]]
  }

  #passed(arrival: Arrival, sliceMs: number): boolean {
    const { phase, epoch } = arrival
    const released = operate(this.id, Int16Array.of(phase, 0, sliceMs === 0 ? noWait : 0), sliceMs)
    if (this.#value(epochAt) !== epoch) throw brokenBarrierError(undefined)
    if (released) return true
    const [joined, present] = [this.#value(joinedAt), this.#value(presentAt)]
    // Both at one moment: somebody may have joined or left between the two looks.
    if (present < joined) this.#breakPhase(arrival, 'death', ...only(joinedAt, joined), ...only(presentAt, present))
    const { broken } = this
    // Broken in a later phase, perhaps: this one has been released then.
    if (broken !== undefined && !this.#operate([phase, 0])) throw brokenBarrierError(broken)
    return broken !== undefined
  }

  /** Unless the phase has been released meanwhile, or the barrier broken or reset, or `conditions` do not hold. */
  #breakPhase({ phase, epoch }: Arrival, reason: BreakReason, ...conditions: readonly Operation[]): boolean {
    const waiting: Operation[] = [...only(brokenAt, 0), ...only(epochAt, epoch), [phase, -1], [phase, 1]]
    return this.#operate(...waiting, ...conditions, [brokenAt, brokenCode(-1, reason)])
  }

  #operate(...operations: readonly Operation[]): boolean {
    return operate(this.id, numbersOf(...operations), 0)
  }

  #value(index: number): number {
    return permitsOf(this.id, index)
  }
}

function numbersOf(...operations: readonly Operation[]): Int16Array {
  return Int16Array.from(operations.flatMap(([index, change, flags = 0]) => [index, change, flags | noWait]))
}

function checkParties(parties: number): number {
  if (Number.isInteger(parties) && parties >= 1 && parties <= mostParties) return parties
  throw expectedRange('parties', `an integer from 1 to ${mostParties}`, parties)
}

function initial(parties: number): number[] {
  return [parties, parties, 0, 0, parties, 0, 0, 0, 0, magic]
}

function brokenCode(rank: number, reason: BreakReason): number {
  return 1 + breakReasons.indexOf(reason) + 4 * (rank + 1)
}
