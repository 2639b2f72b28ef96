import { ShoalError } from '../errors/index.js'
import type { Segment } from '../memory/index.js'
import {
  type Control,
  decodeThrown,
  Frame,
  type KernelReference,
  kernelsOf,
  type LogFrame,
  NO_FAILURE,
  pack,
  type RegionCall,
  RegionLog,
  SHARED_WORDS,
  Slot,
  Tally,
  type ThrownData,
  unpack,
} from '../protocol/index.js'
import { stretchStart } from '../schedule/index.js'
import type { OpenedSource } from '../source/index.js'
import { Barrier } from '../sync/index.js'
import { refuseAsync } from './kernel-reference.js'

export interface Progress {
  readonly done: number
  readonly total: number
  readonly chunks: number
  readonly retries: number
  readonly elapsedMs: number
}

export interface RegionSpec {
  readonly call: RegionCall
  /** Undefined in `spmd`. */
  readonly opened: OpenedSource | undefined
  readonly width: number
  readonly signal: AbortSignal | undefined
  readonly onProgress: ((progress: Progress) => void) | undefined
}

/**
 * One parallel call, seen from the parent: waits for ranks, lives in a slot of the control segment, and settles a promise.
 * The ranks run and complete it among themselves; the parent acts only when it starts, when a rank joins or dies, and when it is done.
 */
export class Region {
  readonly spec: RegionSpec
  readonly promise: Promise<unknown>
  /** The segments that the call refers to. */
  readonly segments: readonly Segment[]
  readonly kernels: readonly KernelReference[]
  sequence = 0
  slot = -1
  /** Ranks that were posted and have not left yet, with their seats. */
  readonly inside = new Map<number, number>()
  readonly #bytes: Uint8Array
  #control: Control | undefined
  #seats = 0
  #settled = false
  #startedAt = 0
  #failure: { readonly error: unknown } | undefined
  #resolve!: (value: unknown) => void
  #reject!: (error: unknown) => void

  constructor(spec: RegionSpec) {
    this.spec = spec
    this.kernels = kernelsOf(spec.call.work)
    for (const kernel of this.kernels) refuseAsync(kernel)
    const packet = pack(spec.call)
    this.#bytes = packet.bytes
    this.segments = packet.segments
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  get isSpmd(): boolean {
    return this.spec.opened === undefined
  }

  /** Fills the slot; the ranks are posted after this. */
  begin(control: Control, slot: number, sequence: number): void {
    const { words, layout } = control
    const { width, opened } = this.spec
    const base = layout.slot(slot)
    const chunkCount = opened?.cutting.count ?? 0
    this.#control = control
    this.slot = slot
    this.sequence = sequence
    this.#startedAt = performance.now()
    words[base + Slot.sequence] = sequence
    words[base + Slot.width] = width
    words[base + Slot.chunkCount] = chunkCount
    new RegionLog(control, slot).begin(this.#bytes)
    for (let stretch = 0; stretch < width; stretch++) {
      Atomics.store(words, layout.counter(slot, stretch), stretchStart(chunkCount, width, stretch))
    }
    for (let rank = 0; rank < layout.size; rank++) words.fill(0, layout.tally(slot, rank), layout.tally(slot, rank) + 4)
    if (this.isSpmd) {
      Barrier.create(words, base + Slot.barrier, { parties: width })
      words.fill(0, layout.collectives(slot), layout.collectives(slot) + SHARED_WORDS)
    }
    Atomics.store(words, base + Slot.failedAt, NO_FAILURE)
    Atomics.store(words, base + Slot.cancel, 0)
    Atomics.store(words, base + Slot.done, 0)
    Atomics.store(words, base + Slot.remaining, 0)
  }

  /** Counts `rank` in, and gives it its seat; undefined when the region is over or full. */
  join(rank: number): number | undefined {
    const { words, layout } = this.#control!
    const remaining = layout.slot(this.slot) + Slot.remaining
    if (this.#seats === this.spec.width) return undefined
    for (;;) {
      const inside = Atomics.load(words, remaining)
      // Once everybody has left, the last one out is completing the region.
      if (inside === 0 && this.#seats > 0) return undefined
      if (Atomics.compareExchange(words, remaining, inside, inside + 1) === inside) break
    }
    const seat = this.#seats++
    this.inside.set(rank, seat)
    return seat
  }

  /** Counts the first ranks in together, so that none can be the last one out before the others are in. */
  joinAll(ranks: readonly number[]): void {
    const { words, layout } = this.#control!
    for (const rank of ranks) this.inside.set(rank, this.#seats++)
    Atomics.store(words, layout.slot(this.slot) + Slot.remaining, ranks.length)
  }

  get canBeJoined(): boolean {
    if (this.isSpmd || this.#failure !== undefined || this.#seats === this.spec.width) return false
    const { words, layout } = this.#control!
    const { width, opened } = this.spec
    for (let stretch = 0; stretch < width; stretch++) {
      if (Atomics.load(words, layout.counter(this.slot, stretch)) < stretchStart(opened!.cutting.count, width, stretch + 1)) return true
    }
    return false
  }

  /** Ends the region early with this error: the first one counts. The ranks see the cancel word before their next chunk. */
  fail(error: unknown, barrierReason: 'cancelled' | 'death' = 'cancelled', seat = -1): void {
    this.#failure ??= { error }
    if (this.#control === undefined) return
    const { words, layout } = this.#control
    const base = layout.slot(this.slot)
    Atomics.store(words, base + Slot.cancel, 1)
    if (this.isSpmd) Barrier.attach(words, base + Slot.barrier).break(seat, barrierReason)
  }

  /** Whether nothing more will happen in the slot: the last one out has completed it or, after a failure, every survivor has left. */
  get isOver(): boolean {
    if (this.#control === undefined) return this.#failure !== undefined
    const { words, layout } = this.#control
    if (this.#failure !== undefined) return this.inside.size === 0
    return Atomics.load(words, layout.slot(this.slot) + Slot.done) === 1
  }

  progress(): Progress {
    let done = 0
    let chunks = 0
    if (this.#control !== undefined) {
      const { words, doubles, layout } = this.#control
      for (let rank = 0; rank < layout.size; rank++) {
        const tally = layout.tally(this.slot, rank)
        done += doubles[(tally + Tally.extent) / 2]!
        chunks += words[tally + Tally.chunks]!
      }
    }
    return { done, total: this.spec.opened?.total ?? 0, chunks, retries: 0, elapsedMs: performance.now() - this.#startedAt }
  }

  /** Reads the outcome and settles the promise. Only when it is over, or to give up on it with an error. */
  settle(): void {
    if (this.#settled) return
    this.#settled = true
    try {
      if (this.#failure !== undefined) throw this.#failure.error
      this.#resolve(this.#outcome())
    } catch (error) {
      this.#reject(error)
    }
  }

  #outcome(): unknown {
    const control = this.#control!
    const frames = [...new RegionLog(control, this.slot).frames()]
    const thrown = frames.filter((frame) => frame.type === Frame.thrown).sort((a, b) => a.minor - b.minor)
    if (thrown.length > 0) throw this.#thrownError(thrown)
    if (Atomics.load(control.words, control.layout.slot(this.slot) + Slot.failedAt) !== NO_FAILURE) {
      throw new ShoalError('SHOAL_REGION_TOO_LARGE', 'A kernel failed and its error did not fit into the region any more')
    }
    if (!this.isSpmd) {
      const result = frames.find((frame) => frame.type === Frame.result)
      return result && this.#value(result)
    }
    const values: unknown[] = new Array(this.spec.width).fill(undefined)
    for (const frame of frames) if (frame.type === Frame.value) values[frame.minor] = this.#value(frame)
    return values
  }

  /** The error of the lowest chunk, with where it happened; the others in `errors`. */
  #thrownError(frames: readonly LogFrame[]): unknown {
    const [lowest, ...others] = frames.map((frame) => decodeThrown(this.#value(frame) as ThrownData))
    const { rank, minor } = frames[0]!
    if (typeof lowest === 'object' && lowest !== null) {
      const range = this.spec.opened?.rangeOf(minor, minor + 1)
      for (const [name, value] of Object.entries({ rank, range, errors: others.length > 0 ? others : undefined })) {
        if (value !== undefined)
          Object.defineProperty(lowest, name, { value, writable: true, configurable: true, enumerable: name !== 'errors' })
      }
    }
    return lowest
  }

  #value(frame: LogFrame): unknown {
    return unpack(frame.payload, (ids) =>
      ids.map((id) => {
        const segment = this.segments.find((one) => one.id === id)
        if (segment === undefined) {
          throw new ShoalError(
            'SHOAL_VALUE_UNCLONEABLE',
            'A kernel returned memory that this process does not have: pass it in args instead',
          )
        }
        return segment
      }),
    )
  }
}
