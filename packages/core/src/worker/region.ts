import { futexWake } from '@shoal/native'
import {
  type Control,
  canTravel,
  Entry,
  encodeThrown,
  Frame,
  NO_FAILURE,
  Phase,
  Presence,
  RegionLog,
  Shared,
  Slot,
  Stop,
  Watch,
} from '../protocol/index.js'
import { failPoint } from './fail-point.js'
import type { Member } from './member.js'

/** One region, seen from one of its entries: its words, its log, and how to leave it. */
export class Region {
  readonly member: Member
  readonly control: Control
  readonly slot: number
  readonly log: RegionLog
  readonly words: Int32Array<SharedArrayBuffer>
  /** Where the slot's words begin, and the entry's. */
  readonly base: number
  readonly line: number
  readonly #phase: number
  readonly #presence: number
  /** This rank's number among the entries. */
  readonly entry: number
  readonly width: number
  /** Taken down at once: the slot may serve another region as soon as this entry has left. */
  readonly sequence: number
  /** Id of the region's kernel, for traces; -1 before the call has been read. */
  kernel = -1
  /** How much of the source, and how many chunks, this rank has finished so far. */
  extent = 0
  chunks = 0

  constructor(member: Member, slot: number, entry: number) {
    const { words, layout } = member.control
    this.member = member
    this.control = member.control
    this.slot = slot
    this.log = member.control.log(slot, RegionLog)
    this.words = words
    this.base = layout.slot(slot)
    this.entry = entry
    this.line = layout.entry(slot, entry)
    this.#phase = layout.phase(slot)
    this.#presence = layout.presence(slot, entry)
    this.width = words[this.base + Slot.width]!
    this.sequence = words[this.base + Slot.sequence]!
  }

  /** This rank's number in an `spmd` region. */
  get seat(): number {
    return this.entry
  }

  /** Where the words that the ranks share for collectives begin; from here on they are not as new any more. */
  useShared(): number {
    const shared = this.control.layout.collectives(this.slot)
    this.words[shared + Shared.isUsed] = 1
    return shared
  }

  get cancelled(): boolean {
    return (Atomics.load(this.words, this.base + Slot.stop) & Stop.cancelled) !== 0
  }

  get failed(): boolean {
    return Atomics.load(this.words, this.base + Slot.failedAt) !== NO_FAILURE
  }

  /** Counts what this rank has finished: here, and where the parent sees it. */
  advance(extent: number, chunks: number): void {
    this.extent += extent
    this.chunks += chunks
    this.control.doubles[(this.line + Entry.extent) / 2]! += extent
    this.words[this.line + Entry.chunks]! += chunks
  }

  /** Records what chunk (or rank, in `spmd`) `at` threw, and lets the others know. */
  fail(at: number, thrown: unknown): void {
    const { words, base } = this
    try {
      this.bring(Frame.thrown, this.member.rank, at, encodeThrown(thrown, canClone))
    } finally {
      failPoint?.('failing')
      let lowest = Atomics.load(words, base + Slot.failedAt)
      while (at < lowest) {
        const seen = Atomics.compareExchange(words, base + Slot.failedAt, lowest, at)
        if (seen === lowest) break
        lowest = seen
      }
      Atomics.or(words, base + Slot.stop, Stop.failed)
    }
  }

  /** Puts a value into the log for whoever completes the region. */
  bring(type: number, major: number, minor: number, value: unknown): void {
    this.log.append(this.entry, type, major, minor, value)
  }

  /**
   * Leaves the region; true when this is the last one out, which has to complete it.
   *
   * Memory ordering: `left` is stored before the others are looked at, so of two that leave at once at least one sees both. `completing` is
   * taken by compare-and-exchange; then the entries are counted again, since a rank may have joined in between: if so it is given back, and
   * whoever leaves last takes it. An entry that has left stays so. There is no counter: after a death the words still say exactly who is inside.
   */
  leave(): boolean {
    const { words, base } = this
    failPoint?.('brought')
    this.#say(Presence.left)
    failPoint?.('left')
    for (;;) {
      const entries = Atomics.load(words, base + Slot.entries)
      if (this.#isAnyoneInside(entries)) return false
      const phase = Atomics.compareExchange(words, this.#phase, Phase.open, Phase.completing + this.entry)
      // The parent holds it for a few instructions, to let a rank in.
      if (phase === Phase.joining) continue
      if (phase !== Phase.open) return false
      failPoint?.('completing')
      if (Atomics.load(words, base + Slot.entries) === entries) return true
      Atomics.store(words, this.#phase, Phase.open)
    }
  }

  /** After `leave` returned true: everything has been brought and combined, and this rank looks at the slot no more. */
  done(): void {
    const { words, base } = this
    Atomics.store(words, base + Slot.doneBy, this.entry + 1)
    if (Atomics.load(words, base + Slot.watch) === Watch.callerSleeps) futexWake(words, base + Slot.doneBy, 1)
  }

  /** After `leave` returned false: this rank looks at the slot no more. */
  goOut(): void {
    this.#say(Presence.out)
  }

  /** Whether the parent sleeps in its event loop, and does not see by itself that ranks leave. */
  get isParentRung(): boolean {
    return Atomics.load(this.words, this.base + Slot.watch) === Watch.bell
  }

  get isDone(): boolean {
    return Atomics.load(this.words, this.base + Slot.doneBy) !== 0
  }

  #say(presence: number): void {
    Atomics.store(this.words, this.#presence, presence)
  }

  #isAnyoneInside(entries: number): boolean {
    const first = this.control.layout.presence(this.slot, 0)
    for (let entry = 0; entry < entries; entry++) if (Atomics.load(this.words, first + entry) === Presence.inside) return true
    return false
  }
}

function canClone(value: unknown): boolean {
  return canTravel(value, () => false)
}
