import { spinYielding } from '@shoal/native'
import {
  type Control,
  ENTRY_WORDS,
  Entry,
  NO_CHUNK,
  NO_FAILURE,
  Phase,
  Presence,
  RegionLog,
  SHARED_WORDS,
  Shared,
  Slot,
  Stop,
  Watch,
} from '../protocol/index.js'
import { stretchStart } from '../schedule/index.js'
import { Barrier } from '../sync/index.js'
import type { PackedCall } from './call-cache.js'
import { type Insiders, NOBODY } from './insiders.js'
import type { RegionSpec } from './region-spec.js'

/** A slot, seen from the parent: its words, how a region begins in them, and how ranks are let in. Made once, for one region after the other. */
export class RegionSlot {
  readonly control: Control
  readonly slot: number
  readonly #words: Int32Array<SharedArrayBuffer>
  /** Where the slot's words begin. */
  readonly #base: number
  readonly #phase: number
  /** Those of all entries are neighbours. */
  readonly #presences: number

  constructor(control: Control, slot: number) {
    this.control = control
    this.slot = slot
    this.#words = control.words
    this.#base = control.layout.slot(slot)
    this.#phase = control.layout.phase(slot)
    this.#presences = control.layout.presence(slot, 0)
  }

  /**
   * Writes what the region is, and enters its first ranks: rank `ranks[n]` has entry n. Plain stores, since nobody looks at them who has not
   * been posted: all together, so that none can be the last one out before the others are in.
   */
  begin(spec: RegionSpec, sequence: number, ranks: readonly number[], { id, bytes }: PackedCall, watch: number): void {
    const { layout } = this.control
    const { width, opened, retry } = spec
    const words = this.#words
    const base = this.#base
    words[base + Slot.sequence] = sequence
    words[base + Slot.width] = width
    words[base + Slot.retry] = retry
    words[base + Slot.entries] = ranks.length
    words[this.#phase] = Phase.open
    words[base + Slot.stop] = Stop.none
    words[base + Slot.failedAt] = NO_FAILURE
    words[base + Slot.sweep] = 0
    words[base + Slot.watch] = watch
    words[base + Slot.doneBy] = 0
    this.control.log(this.slot, RegionLog).begin(bytes, id !== 0 && id === words[base + Slot.callId])
    words[base + Slot.callId] = id
    for (let entry = 0; entry < ranks.length; entry++) this.#enter(ranks[entry]!, entry)
    if (opened === undefined) {
      this.control.prepareBarrier(this.slot, width, Barrier)
      const shared = layout.collectives(this.slot)
      if (words[shared + Shared.isUsed] !== 0) this.#clear(shared, SHARED_WORDS)
      return
    }
    const { count } = opened.cutting
    words[base + Slot.chunkCount] = count
    for (let stretch = 0; stretch < width; stretch++) words[layout.counter(this.slot, stretch)] = stretchStart(count, width, stretch)
  }

  /** Plain: it counts once `Slot.entries` says so. */
  #enter(rank: number, entry: number): void {
    const words = this.#words
    const line = this.lineOf(entry)
    this.#clear(line, ENTRY_WORDS)
    words[line + Entry.rank] = rank
    words[line + Entry.position] = NO_CHUNK
    words[this.#presenceAt(entry)] = Presence.inside
  }

  /** Two words at once, in place: `fill` calls out of compiled code, which takes longer than so few stores. */
  #clear(from: number, count: number): void {
    const { doubles } = this.control
    const end = (from + count) >> 1
    for (let double = from >> 1; double < end; double++) doubles[double] = 0
  }

  /**
   * Lets a rank in; undefined when the region is being completed. The `dead`, whom it takes over from, count as gone from here on, so that
   * the region can not be completed between their death and its entry.
   */
  join(rank: number, dead: readonly number[]): number | undefined {
    const words = this.#words
    if (Atomics.compareExchange(words, this.#phase, Phase.open, Phase.joining) !== Phase.open) return undefined
    const { entries } = this
    this.#enter(rank, entries)
    // Before the dead are seen to have left, and the phase to be open: who is about to complete the region sees that there is one more.
    Atomics.store(words, this.#base + Slot.entries, entries + 1)
    for (const other of dead) Atomics.store(words, this.#presenceAt(other), Presence.left)
    Atomics.store(words, this.#phase, Phase.open)
    return entries
  }

  /**
   * Spins until the region is done and the ranks `inside` have left it, or until a word has not changed for `spinNs`; then the ranks ring again
   * when they leave.
   */
  look(inside: Insiders, spinNs: number): void {
    const words = this.#words
    const { byEntry } = inside
    let isSeen = spinYielding(words, this.#base + Slot.doneBy, 0, spinNs)
    for (let entry = 0; isSeen && entry < byEntry.length; entry++) {
      while (isSeen && byEntry[entry] !== NOBODY && !this.isOut(entry))
        isSeen = spinYielding(words, this.#presenceAt(entry), Presence.left, spinNs)
    }
    Atomics.store(words, this.#base + Slot.watch, Watch.bell)
  }

  /** The ranks leave at their next chunk. */
  cancel(): void {
    Atomics.or(this.#words, this.#base + Slot.stop, Stop.cancelled)
  }

  get isDone(): boolean {
    return this.#doneBy() !== 0
  }

  #doneBy(): number {
    return Atomics.load(this.#words, this.#base + Slot.doneBy)
  }

  /** The words of an entry begin here. */
  lineOf(entry: number): number {
    return this.control.layout.entry(this.slot, entry)
  }

  get entries(): number {
    return this.#words[this.#base + Slot.entries]!
  }

  get hasRoom(): boolean {
    return this.entries < this.control.layout.entries
  }

  get isAnyoneInside(): boolean {
    const { entries } = this
    for (let entry = 0; entry < entries; entry++) if (this.presenceOf(entry) === Presence.inside) return true
    return false
  }

  presenceOf(entry: number): number {
    return Atomics.load(this.#words, this.#presenceAt(entry))
  }

  /** Whether the rank of this entry looks at the slot no more. */
  isOut(entry: number): boolean {
    return this.#doneBy() === entry + 1 || this.presenceOf(entry) === Presence.out
  }

  #presenceAt(entry: number): number {
    return this.#presences + entry
  }

  /** Whether a kernel has thrown, or what a rank needs to begin could not be had there. */
  get hasThrown(): boolean {
    return Atomics.load(this.#words, this.#base + Slot.failedAt) !== NO_FAILURE
  }

  /** Whether there are chunks that nobody has claimed. */
  get hasUnclaimed(): boolean {
    const words = this.#words
    const width = words[this.#base + Slot.width]!
    const count = words[this.#base + Slot.chunkCount]!
    for (let stretch = 0; stretch < width; stretch++) {
      const next = Atomics.load(words, this.control.layout.counter(this.slot, stretch))
      if (next < stretchStart(count, width, stretch + 1)) return true
    }
    return false
  }

  /** What the ranks have done so far. Work that is done again counts twice. */
  get account(): { readonly extent: number; readonly chunks: number } {
    let extent = 0
    let chunks = 0
    for (let entry = 0; entry < this.entries; entry++) {
      const line = this.lineOf(entry)
      extent += this.control.doubles[(line + Entry.extent) / 2]!
      chunks += this.#words[line + Entry.chunks]!
    }
    return { extent, chunks }
  }
}
