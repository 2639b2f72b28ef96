import { ShoalError } from '../errors/index.js'
import { type Control, Slot } from './layout.js'

/** What a frame of a region's log holds. */
export const Frame = {
  /** Partial of a node of the combination tree: `major` is the level, `minor` the index. */
  node: 1,
  /** A rank's accumulator: `minor` is the rank. */
  accumulator: 2,
  /** What `spmd` returned on rank `minor`. */
  value: 3,
  /** Thrown by chunk (or rank, in `spmd`) `minor`. */
  thrown: 4,
  /** The result of the whole region. */
  result: 5,
} as const

export interface LogFrame {
  readonly type: number
  readonly rank: number
  readonly major: number
  readonly minor: number
  readonly payload: Uint8Array
}

const HEADER_BYTES = 24
const ALIGN = 8

/**
 * The append log of a region slot: arguments first, then what the ranks bring. Space is handed out by one `Atomics.add`;
 * a frame is read only after its writer has left the region, and leaving is what publishes it.
 */
export class RegionLog {
  readonly #control: Control
  readonly #slot: number
  readonly #base: number

  constructor(control: Control, slot: number) {
    this.#control = control
    this.#slot = slot
    this.#base = control.layout.logOffset(slot)
  }

  /** Starts the log anew with the parent's envelope. */
  begin(envelope: Uint8Array): void {
    const { words, layout } = this.#control
    if (envelope.byteLength > layout.logBytes / 2) throw tooLarge('arguments', envelope.byteLength, layout.logBytes / 2)
    this.#bytes(0, envelope.byteLength).set(envelope)
    words[layout.slot(this.#slot) + Slot.payloadBytes] = envelope.byteLength
    Atomics.store(words, layout.slot(this.#slot) + Slot.logTop, align(envelope.byteLength))
  }

  envelope(): Uint8Array {
    const { words, layout } = this.#control
    return this.#bytes(0, words[layout.slot(this.#slot) + Slot.payloadBytes]!)
  }

  append(type: number, rank: number, major: number, minor: number, payload: Uint8Array): void {
    const { words, layout, buffer } = this.#control
    const size = HEADER_BYTES + align(payload.byteLength)
    const top = layout.slot(this.#slot) + Slot.logTop
    const at = Atomics.add(words, top, size)
    if (at < 0 || at + size > layout.logBytes) {
      Atomics.sub(words, top, size)
      throw tooLarge('results', at + size, layout.logBytes)
    }
    this.#bytes(at + HEADER_BYTES, payload.byteLength).set(payload)
    const sequence = words[layout.slot(this.#slot) + Slot.sequence]!
    new Int32Array(buffer, this.#base + at, HEADER_BYTES / 4).set([type, rank, major, minor, payload.byteLength, sequence])
  }

  *frames(): Generator<LogFrame, void, undefined> {
    const { words, layout, buffer } = this.#control
    const slot = layout.slot(this.#slot)
    const top = Atomics.load(words, slot + Slot.logTop)
    for (let at = align(words[slot + Slot.payloadBytes]!); at < top; ) {
      const header = new Int32Array(buffer, this.#base + at, HEADER_BYTES / 4)
      const [type, rank, major, minor, byteLength, sequence] = header as unknown as [number, number, number, number, number, number]
      // A writer that died between taking the space and filling it leaves what was there before: nothing after it can be told apart.
      if (sequence !== words[slot + Slot.sequence]) return
      yield { type, rank, major, minor, payload: this.#bytes(at + HEADER_BYTES, byteLength) }
      at += HEADER_BYTES + align(byteLength)
    }
  }

  #bytes(at: number, byteLength: number): Uint8Array {
    return new Uint8Array(this.#control.buffer, this.#base + at, byteLength)
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
