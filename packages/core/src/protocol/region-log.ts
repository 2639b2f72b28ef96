import { ShoalError } from '../errors/index.js'
import type { Segment } from '../memory/index.js'
import type { Control } from './control.js'
import { pack, unpack } from './packet.js'
import { Entry, RetryMode, Slot } from './words.js'

/** What a frame of a region's log holds. */
export const Frame = {
  /** Partial of a node of the combination tree: `major` is the level, `minor` the index. */
  node: 1,
  /** An entry's accumulator: `minor` is the rank. */
  accumulator: 2,
  /** What `spmd` returned: `minor` is the rank in the region. */
  value: 3,
  /** Thrown by chunk (or rank, in `spmd`) `minor`; `major` is the rank of the pool. */
  thrown: 4,
  /** The result of the whole region. */
  result: 5,
} as const

/** How a frame holds its value. Most partial results are numbers, which need no serializer. */
const Form = { packet: 0, nothing: 1, number: 2 } as const

/** Words of a frame's header; its payload follows. */
const Head = { type: 0, previous: 1, major: 2, minor: 3, byteLength: 4, form: 5 } as const
const HEADER_WORDS = 6
/** In the place of a frame's: the entry has brought one number, in its own words. */
const NUMBER = -1
const HEADER_BYTES = HEADER_WORDS * 4
const ALIGN = 8

type Resolve = (ids: readonly string[]) => readonly Segment[]

/** A frame in place: valid until the slot's next region begins. */
export class LogFrame {
  readonly #log: RegionLog
  readonly #at: number

  /** `at` is its first word. */
  constructor(log: RegionLog, at: number) {
    this.#log = log
    this.#at = at
  }

  get type(): number {
    return this.#log.words[this.#at + Head.type]!
  }

  get major(): number {
    return this.#log.words[this.#at + Head.major]!
  }

  get minor(): number {
    return this.#log.words[this.#at + Head.minor]!
  }

  /** Where the entry's previous frame is, as `Entry.lastFrame` says it. */
  get previous(): number {
    return this.#log.words[this.#at + Head.previous]!
  }

  /** The value, copied out; `resolve` gives this side's segments for the ids that it refers to. */
  value(resolve: Resolve): unknown {
    const { words, doubles, bytes } = this.#log
    const form = words[this.#at + Head.form]
    const payload = this.#at + HEADER_WORDS
    if (form === Form.nothing) return undefined
    if (form === Form.number) return doubles[payload / 2]
    return unpack(bytes.subarray(payload * 4, payload * 4 + words[this.#at + Head.byteLength]!), resolve)
  }
}

/**
 * The append log of a region slot: arguments first, then what the entries bring. Space is handed out by one `Atomics.add`. The frames of an
 * entry are a chain, from `Entry.lastFrame` back; storing that word is what makes a frame part of the log, so a writer that dies in the
 * middle of a frame leaves a gap that nobody looks into.
 */
export class RegionLog {
  readonly words: Int32Array<SharedArrayBuffer>
  readonly doubles: Float64Array<SharedArrayBuffer>
  readonly bytes: Uint8Array<SharedArrayBuffer>
  readonly #control: Control
  readonly #slot: number
  readonly #base: number

  constructor(control: Control, slot: number) {
    const { layout, buffer } = control
    const offset = layout.logOffset(slot)
    this.#control = control
    this.#slot = slot
    this.#base = layout.slot(slot)
    this.words = new Int32Array(buffer, offset, layout.logBytes / 4)
    this.doubles = new Float64Array(buffer, offset, layout.logBytes / 8)
    this.bytes = new Uint8Array(buffer, offset, layout.logBytes)
  }

  /** Starts the log anew with the region's call, unless that is there already from the region before. */
  begin(call: Uint8Array, isThere = false): void {
    const { words, layout } = this.#control
    if (!isThere) {
      if (call.byteLength > layout.logBytes / 2) throw tooLarge('arguments', call.byteLength, layout.logBytes / 2)
      this.bytes.set(call)
      words[this.#base + Slot.payloadBytes] = call.byteLength
    }
    words[this.#base + Slot.logTop] = align(words[this.#base + Slot.payloadBytes]!)
  }

  call(): Uint8Array {
    return this.bytes.subarray(0, this.#control.words[this.#base + Slot.payloadBytes])
  }

  append(entry: number, type: number, major: number, minor: number, value: unknown): void {
    if (value === undefined) {
      this.#commit(entry, this.#frame(type, major, minor, Form.nothing, 0))
    } else if (typeof value === 'number') {
      const at = this.#frame(type, major, minor, Form.number, 8)
      this.doubles[(at + HEADER_WORDS) / 2] = value
      this.#commit(entry, at)
    } else {
      const { bytes } = pack(value)
      const at = this.#frame(type, major, minor, Form.packet, bytes.byteLength)
      this.bytes.set(bytes, (at + HEADER_WORDS) * 4)
      this.#commit(entry, at)
    }
  }

  /** Brings the number that a rank of `spmd` has returned: beside its other words, so that a short region touches no memory of the log. */
  bringNumber(entry: number, value: number): void {
    const { words, doubles, layout } = this.#control
    const line = layout.entry(this.#slot, entry)
    doubles[(line + Entry.value) / 2] = value
    Atomics.store(words, line + Entry.lastFrame, NUMBER)
  }

  /** What a rank of `spmd` has returned, by `bringNumber` or in a frame; undefined where it has brought neither. Only when the region is over. */
  returnedBy(entry: number, resolve: Resolve): unknown {
    const { words, doubles, layout } = this.#control
    const line = layout.entry(this.#slot, entry)
    const last = words[line + Entry.lastFrame]!
    if (last === NUMBER) return doubles[(line + Entry.value) / 2]
    const frame = this.#frameAt(last)
    return frame?.type === Frame.value ? frame.value(resolve) : undefined
  }

  /** Everything that counts, entry by entry, each in the order it was brought. Only when the region is over. */
  frames(): LogFrame[] {
    const { words } = this.#control
    const frames: LogFrame[] = []
    for (let entry = 0; entry < words[this.#base + Slot.entries]!; entry++) {
      // What a dead entry computed is computed again by others; what its kernel threw was thrown.
      const counts = this.counts(entry)
      const own: LogFrame[] = []
      let frame = this.lastFrame(entry)
      while (frame !== undefined) {
        if (counts || frame.type === Frame.thrown) own.push(frame)
        frame = this.#frameAt(frame.previous)
      }
      frames.push(...own.reverse())
    }
    return frames
  }

  /** Whether what the entry has brought stands. */
  counts(entry: number): boolean {
    const { words, layout } = this.#control
    return words[this.#base + Slot.retry] === RetryMode.preimage || words[layout.entry(this.#slot, entry) + Entry.isVoid] === 0
  }

  /** The last frame that the entry has brought. */
  lastFrame(entry: number): LogFrame | undefined {
    const { words, layout } = this.#control
    return this.#frameAt(Atomics.load(words, layout.entry(this.#slot, entry) + Entry.lastFrame))
  }

  #frameAt(place: number): LogFrame | undefined {
    return place <= 0 ? undefined : new LogFrame(this, ((place - 1) * ALIGN) / 4)
  }

  /** Room for a frame, with all of its header but the link. */
  #frame(type: number, major: number, minor: number, form: number, byteLength: number): number {
    const { words, layout } = this.#control
    const size = HEADER_BYTES + align(byteLength)
    const from = Atomics.add(words, this.#base + Slot.logTop, size)
    if (from < 0 || from + size > layout.logBytes) {
      Atomics.sub(words, this.#base + Slot.logTop, size)
      throw tooLarge('results', from + size, layout.logBytes)
    }
    const at = from / 4
    this.words[at + Head.type] = type
    this.words[at + Head.major] = major
    this.words[at + Head.minor] = minor
    this.words[at + Head.byteLength] = byteLength
    this.words[at + Head.form] = form
    return at
  }

  #commit(entry: number, at: number): void {
    const { words, layout } = this.#control
    const last = layout.entry(this.#slot, entry) + Entry.lastFrame
    this.words[at + Head.previous] = words[last]!
    Atomics.store(words, last, (at * 4) / ALIGN + 1)
  }
}

function align(byteLength: number): number {
  return Math.ceil(byteLength / ALIGN) * ALIGN
}

function tooLarge(what: string, bytes: number, limit: number): ShoalError {
  return new ShoalError(
    'SHOAL_REGION_TOO_LARGE',
    `Expected at most ${limit} bytes of ${what} in a region but received ${bytes}: write large data into a shared view made by allocate()`,
  )
}
