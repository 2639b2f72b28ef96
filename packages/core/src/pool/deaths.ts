import { Entry, NO_CHUNK, Phase, Presence, Slot } from '../protocol/index.js'
import type { RegionSlot } from './region-slot.js'
import type { RegionSpec } from './region-spec.js'
import { giveUpEntry } from './retry.js'

/** What can not be done again. */
export interface Loss {
  /** The chunk that the dead rank was on; undefined for none. */
  readonly chunk: number | undefined
  /** How many workers in a row it has ended. */
  readonly attempts: number
}

/** The workers that a region has lost: what becomes of their work, and how many each chunk has ended. */
export class Deaths {
  /** Entries of dead ranks whose work, or whose completing of the region, nobody has been sent to take over yet. */
  readonly orphaned: number[] = []
  /** How many times work was given to others. */
  retries = 0
  readonly #slot: RegionSlot
  readonly #spec: RegionSpec
  /** How many workers each chunk has ended; under `NO_CHUNK`, those that ended between chunks or completing the region. */
  readonly #counts = new Map<number, number>()

  constructor(slot: RegionSlot, spec: RegionSpec) {
    this.#slot = slot
    this.#spec = spec
  }

  /** The rank of this entry has died. Unless it had left, its work is made anybody's; returns the loss where that can not be. */
  add(entry: number): Loss | undefined {
    const hasLeft = this.#slot.presenceOf(entry) !== Presence.inside
    if (hasLeft && !this.#takeBackCompletion(entry)) return undefined
    const { control, slot } = this.#slot
    const { maxAttempts, opened } = this.#spec
    const chunk = hasLeft ? NO_CHUNK : control.words[this.#slot.lineOf(entry) + Entry.position]!
    const attempts = (this.#counts.get(chunk) ?? 0) + 1
    this.#counts.set(chunk, attempts)
    const isTried = attempts < maxAttempts && this.#slot.hasRoom && opened !== undefined
    if (!isTried || !(hasLeft ? this.#giveUpSweep(entry) : giveUpEntry(control, slot, entry, this.#spec))) {
      // Deaths that were no loss do not make poison of one that is.
      return { chunk: chunk === NO_CHUNK ? undefined : chunk, attempts: attempts < maxAttempts ? 1 : attempts }
    }
    this.retries++
    this.orphaned.push(entry)
    return undefined
  }

  /**
   * Whether the dead rank leaves the region without anybody to complete it: it was the last one out, or about to be. Then whoever is let in
   * next does it. `spmd` has nothing to complete, and is done.
   */
  #takeBackCompletion(entry: number): boolean {
    const { control, slot } = this.#slot
    const { words, layout } = control
    const phase = layout.phase(slot)
    if (this.#slot.isDone) return false
    const wasCompleting = Atomics.load(words, phase) === Phase.completing + entry
    // Whoever is inside looks for itself, when it leaves, whether it is the last one out.
    if (!wasCompleting && this.#slot.isAnyoneInside) return false
    if (this.#spec.opened !== undefined) {
      if (wasCompleting) Atomics.store(words, phase, Phase.open)
      return Atomics.load(words, phase) === Phase.open
    }
    const completing = Phase.completing + entry
    const isOurs = wasCompleting || Atomics.compareExchange(words, phase, Phase.open, completing) === Phase.open
    if (isOurs) Atomics.store(words, layout.slot(slot) + Slot.doneBy, entry + 1)
    return false
  }

  /** What it had brought before it left stands. Of chunks that it found when it swept, nobody knows whether they got so far. */
  #giveUpSweep(entry: number): boolean {
    const { control, slot } = this.#slot
    if (control.words[control.layout.slot(slot) + Slot.sweep] === 0) return true
    return giveUpEntry(control, slot, entry, this.#spec)
  }
}
