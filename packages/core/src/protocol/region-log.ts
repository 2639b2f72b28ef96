import { ShoalError } from '../errors/index.js'
import { type Control, Entry, RetryMode, Slot } from './layout.js'

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

export interface LogFrame {
  readonly type: number
  readonly major: number
  readonly minor: number
  readonly payload: Uint8Array
}

const HEADER_BYTES = 24
const ALIGN = 8

/**
 * The append log of a region slot: arguments first, then what the entries bring. Space is handed out by one `Atomics.add`. The frames of an
 * entry are a chain, from `Entry.lastFrame` back; storing that word is what makes a frame part of the log, so a writer that dies in the
 * middle of a frame leaves a gap that nobody looks into.
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

  /** Starts the log anew with the region's call. */
  begin(call: Uint8Array): void {
    const { words, layout } = this.#control
    if (call.byteLength > layout.logBytes / 2) throw tooLarge('arguments', call.byteLength, layout.logBytes / 2)
    this.#bytes(0, call.byteLength).set(call)
    words[layout.slot(this.#slot) + Slot.payloadBytes] = call.byteLength
    Atomics.store(words, layout.slot(this.#slot) + Slot.logTop, align(call.byteLength))
  }

  call(): Uint8Array {
    const { words, layout } = this.#control
    return this.#bytes(0, words[layout.slot(this.#slot) + Slot.payloadBytes]!)
  }

  append(entry: number, type: number, major: number, minor: number, payload: Uint8Array): void {
    const { words, layout, buffer } = this.#control
    const size = HEADER_BYTES + align(payload.byteLength)
    const top = layout.slot(this.#slot) + Slot.logTop
    const at = Atomics.add(words, top, size)
    if (at < 0 || at + size > layout.logBytes) {
      Atomics.sub(words, top, size)
      throw tooLarge('results', at + size, layout.logBytes)
    }
    const last = layout.entry(this.#slot, entry) + Entry.lastFrame
    this.#bytes(at + HEADER_BYTES, payload.byteLength).set(payload)
    new Int32Array(buffer, this.#base + at, HEADER_BYTES / 4).set([type, words[last]!, major, minor, payload.byteLength, 0])
    Atomics.store(words, last, at / ALIGN + 1)
  }

  /** Everything that counts, entry by entry, each in the order it was brought. Only when the region is over. */
  frames(): LogFrame[] {
    const { words, layout } = this.#control
    const slot = layout.slot(this.#slot)
    const keepsDead = words[slot + Slot.retry] === RetryMode.preimage
    const frames: LogFrame[] = []
    for (let entry = 0; entry < words[slot + Slot.entries]!; entry++) {
      const line = layout.entry(this.#slot, entry)
      // What a dead entry computed is computed again by others; what its kernel threw was thrown.
      const counts = keepsDead || words[line + Entry.isVoid] === 0
      const own: LogFrame[] = []
      for (let last = Atomics.load(words, line + Entry.lastFrame); last !== 0; ) {
        const { frame, previous } = this.#frame((last - 1) * ALIGN)
        if (counts || frame.type === Frame.thrown) own.push(frame)
        last = previous
      }
      frames.push(...own.reverse())
    }
    return frames
  }

  /** The last frame that the entry has brought. */
  lastFrame(entry: number): LogFrame | undefined {
    const { words, layout } = this.#control
    const last = Atomics.load(words, layout.entry(this.#slot, entry) + Entry.lastFrame)
    return last === 0 ? undefined : this.#frame((last - 1) * ALIGN).frame
  }

  #frame(at: number): { frame: LogFrame; previous: number } {
    const [type, previous, major, minor, byteLength] = new Int32Array(this.#control.buffer, this.#base + at, HEADER_BYTES / 4)
    return {
      frame: { type: type!, major: major!, minor: minor!, payload: this.#bytes(at + HEADER_BYTES, byteLength!) },
      previous: previous!,
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
