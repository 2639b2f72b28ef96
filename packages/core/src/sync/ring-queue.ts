import {
  kRingHeadBytes,
  ringBusy,
  ringCorrupt,
  ringDone,
  ringEnd,
  ringEnded,
  ringInitialise,
  ringPop,
  ringPush,
  ringTooLong,
  ringTooSmall,
} from '@shoal/native'
import { expectedRange, expectedType, ShoalError } from '../errors/index.js'
import { type At, attachAt, createAt, headerWords, type Layout, magicOf, openOrCreateAt } from './layout.js'
import { dataFrom, type SharedWords } from './place.js'
import { SyncObject, type WaitAsyncOptions, type WaitOptions } from './sync-object.js'
import { timeoutError } from './timeout-error.js'
import { block, deadlineOf, leftMs, sliceMs, spinNsFor, timeoutOf } from './waiting.js'
import { retry, type WaitingPlace } from './waiting-async.js'

/** How much a queue holds. */
export interface RingQueueOptions {
  /** Room for records, each of which takes its length rounded up to 8, and 8 more; 64 to 1 GiB, rounded up to 64. */
  capacityBytes: number
}

const mostBytes = 1 << 30
const headBytes = headerWords * 4 + kRingHeadBytes

/** Words of a ring, from its first: where the counters of its two ends lie. */
const tailWord = 48
const headWord = 64
/** From a counter of bytes to the event count beside it. */
const keyOffset = 2
const sleepersOffset = 3

const layout: Layout<RingQueueOptions> = {
  name: 'RingQueue',
  magic: magicOf('RNG'),
  byteLength: ({ capacityBytes }) => RingQueue.byteLengthFor(capacityBytes),
  byteLengthAt: (view, index) => headBytes + (view[index + headerWords] ?? 0),
  initialise: (view, index, { capacityBytes }) => ringInitialise(view, index + headerWords, rounded(capacityBytes)),
  matches: (view, index, { capacityBytes }) => view[index + headerWords] === rounded(capacityBytes),
}

/**
 * A bounded queue of byte records, for any number of producers and consumers among all threads and processes. A record that was pushed is
 * popped once, whoever dies: a producer that dies in `push` has pushed or not, a consumer that dies in `pop` has popped or not.
 *
 * @example
 * queue.push(new TextEncoder().encode('work'))
 * for (let record = queue.pop(); record !== undefined; record = queue.pop()) handle(record)
 */
export class RingQueue extends SyncObject {
  readonly #words: number
  readonly #data: DataView
  readonly #spinNs = spinNsFor(2)
  #scratch = new Uint8Array(256)

  private constructor(view: SharedWords, index: number) {
    super(view, index)
    this.#words = index + headerWords
    this.#data = dataFrom(view, index)
  }

  /** Room in shared memory for a queue of `capacityBytes`. */
  static byteLengthFor(capacityBytes: number): number {
    if (!Number.isInteger(capacityBytes) || capacityBytes < 64 || capacityBytes > mostBytes) {
      throw expectedRange('capacityBytes', `an integer from 64 to ${mostBytes}`, capacityBytes)
    }
    return headBytes + rounded(capacityBytes)
  }

  /** A queue in memory of its own, or at `view[index]` over whatever was there. */
  static create(options: RingQueueOptions): RingQueue
  static create(view: SharedWords, index: number, options: RingQueueOptions): RingQueue
  static create(...args: [RingQueueOptions] | [SharedWords, number, RingQueueOptions]): RingQueue {
    const options = args.at(-1) as RingQueueOptions
    return new RingQueue(...createAt(layout, args.slice(0, -1) as unknown as At, options))
  }

  /** @throws ShoalError `SHOAL_SYNC_UNKNOWN` when there is no queue at `view[index]`. */
  static attach(view: SharedWords, index = 0): RingQueue {
    attachAt(layout, view, index)
    return new RingQueue(view, index)
  }

  /** The queue at `view[index]`, made by whoever comes first; the memory is zeros before. */
  static openOrCreate(view: SharedWords, index: number, options: RingQueueOptions): RingQueue {
    openOrCreateAt(layout, view, index, options)
    return new RingQueue(view, index)
  }

  /** Room for records in bytes, as rounded. */
  get capacityBytes(): number {
    return Atomics.load(this.view, this.#words)
  }

  /**
   * Appends a copy of `record`; waits while there is no room.
   *
   * @throws RangeError when it never fits; ShoalError `SHOAL_QUEUE_TIMEOUT`, `SHOAL_QUEUE_ENDED`.
   */
  push(record: Uint8Array, options?: WaitOptions): void {
    const timeoutMs = timeoutOf(options)
    const deadline = deadlineOf(timeoutMs)
    if (this.#push(record, this.#spinNs, Math.min(timeoutMs, sliceMs))) return
    block(
      (slice) => this.#push(record, 0, slice) || undefined,
      leftMs(deadline),
      () => timeoutError('Queue', timeoutMs),
    )
  }

  /** False when there is no room. */
  tryPush(record: Uint8Array): boolean {
    return this.#push(record, 0, 0)
  }

  /** Pushes without blocking the event loop. */
  async pushAsync(record: Uint8Array, options?: WaitAsyncOptions): Promise<void> {
    await retry(
      () => this.tryPush(record) || undefined,
      this.#place(headWord),
      () => timeoutError('Queue', options?.timeoutMs),
      options,
    )
  }

  /**
   * Takes the oldest record; waits while there is none. undefined when there will be none any more.
   *
   * @throws ShoalError `SHOAL_QUEUE_TIMEOUT`.
   */
  pop(options?: WaitOptions): Uint8Array | undefined {
    const timeoutMs = timeoutOf(options)
    const deadline = deadlineOf(timeoutMs)
    let record = this.#record(this.#spinNs, Math.min(timeoutMs, sliceMs))
    if (record === undefined) {
      const attempt = (slice: number) => this.#record(0, slice)
      record = block(attempt, leftMs(deadline), () => timeoutError('Queue', timeoutMs))
    }
    return record ?? undefined
  }

  /** undefined when there is none now. */
  tryPop(): Uint8Array | undefined {
    return this.#record(0, 0) ?? undefined
  }

  /** Pops without blocking the event loop. */
  async popAsync(options?: WaitAsyncOptions): Promise<Uint8Array | undefined> {
    const record = await retry(
      () => this.#record(0, 0),
      this.#place(tailWord),
      () => timeoutError('Queue', options?.timeoutMs),
      options,
    )
    return record ?? undefined
  }

  /**
   * Takes the oldest record into `target`, without garbage; waits while there is none. Its length, or −1 when there will be none any more.
   *
   * @throws RangeError when it is longer than `target`; it stays in the queue. ShoalError `SHOAL_QUEUE_TIMEOUT`.
   */
  popInto(target: Uint8Array, options?: WaitOptions): number {
    if (!(target instanceof Uint8Array)) throw expectedType('target', 'a Uint8Array', target)
    const timeoutMs = timeoutOf(options)
    const deadline = deadlineOf(timeoutMs)
    const length = ringPop(this.#data, headerWords, this.#spinNs, Math.min(timeoutMs, sliceMs), target)
    if (length >= 0) return length
    const attempt = (slice: number): number | undefined => this.#outcome(ringPop(this.#data, headerWords, 0, slice, target), target)
    return this.#outcome(length, target) ?? block(attempt, leftMs(deadline), () => timeoutError('Queue', timeoutMs))
  }

  /** No more records: who pushes throws, who pops gets what is there and then undefined. */
  end(): void {
    ringEnd(this.view, this.#words)
  }

  #push(record: Uint8Array, spinNs: number, slice: number): boolean {
    if (!(record instanceof Uint8Array)) throw expectedType('record', 'a Uint8Array', record)
    const outcome = ringPush(this.#data, headerWords, spinNs, slice, record)
    if (outcome === ringDone) return true
    if (outcome === ringBusy) return false
    if (outcome === ringTooLong) throw expectedRange('record', `at most ${this.capacityBytes - 8} bytes`, record.length)
    throw new ShoalError('SHOAL_QUEUE_ENDED', 'The queue was ended, and takes nothing any more: push before end()')
  }

  /** null: there will be none any more; undefined: there is none now. */
  #record(spinNs: number, slice: number): Uint8Array | null | undefined {
    for (;;) {
      const length = ringPop(this.#data, headerWords, spinNs, slice, this.#scratch)
      if (length >= 0) return this.#scratch.slice(0, length)
      if (length > ringTooSmall) return this.#outcome(length, this.#scratch) === -1 ? null : undefined
      this.#scratch = new Uint8Array(2 ** Math.ceil(Math.log2(ringTooSmall - length)))
    }
  }

  /** A length, −1 for the end, undefined for "none now". */
  #outcome(length: number, target: Uint8Array): number | undefined {
    if (length >= 0) return length
    if (length === -ringBusy) return undefined
    if (length === -ringEnded) return -1
    if (length === -ringCorrupt)
      throw new ShoalError(
        'SHOAL_QUEUE_DAMAGED',
        'Something else wrote into the memory of the queue, which is beyond use: keep its words to it alone',
      )
    throw expectedRange('target', `room for ${ringTooSmall - length} bytes`, target.length)
  }

  #place(counter: number): WaitingPlace {
    const index = this.index + counter + keyOffset
    const expected = () => Atomics.load(this.view, index)
    // The key tells neither of a turn that is over nor of a record whose producer died before it could tell: those are looked for.
    return { view: this.view, index, sleepers: this.index + counter + sleepersOffset, expected, againAfterMs: sliceMs }
  }
}

function rounded(capacityBytes: number): number {
  return Math.ceil(capacityBytes / 64) * 64
}
