import { spinYielding } from '@shoal/native'
import type { Segment } from '../memory/index.js'
import {
  type Control,
  Entry,
  type KernelReference,
  kernelsOf,
  NO_CHUNK,
  NO_FAILURE,
  Phase,
  Presence,
  Rank,
  type RegionCall,
  SHARED_WORDS,
  Slot,
  Watch,
} from '../protocol/index.js'
import { stretchStart } from '../schedule/index.js'
import type { OpenedSource } from '../source/index.js'
import { Barrier } from '../sync/index.js'
import type { CallCache, PackedCall } from './call-cache.js'
import { refuseAsync } from './kernel-reference.js'
import { readOutcome } from './outcome.js'
import { giveUpEntry } from './retry.js'

export const PROGRESS_EVERY_MS = 100

/** How far a region is. */
export interface Progress {
  /** How much of the source is done, and all of it: elements, records, or bytes of text files. */
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
  readonly retry: number
  readonly maxAttempts: number
}

/**
 * One parallel call, seen from the parent: waits for ranks, lives in a slot of the control segment, and is settled.
 * The ranks run and complete it among themselves; the parent acts only when it starts, when a rank joins or dies, and when it is done.
 */
export class Region {
  readonly spec: RegionSpec
  /** The segments that the call refers to. */
  readonly segments: readonly Segment[]
  readonly kernels: readonly KernelReference[]
  sequence = 0
  slot = -1
  /** The ranks that were posted and have not left yet, with their entries. */
  readonly inside = new Map<number, number>()
  retries = 0
  readonly #packed: PackedCall
  #control: Control | undefined
  /** Entries of dead ranks whose work, or whose completing of the region, nobody has been sent to take over yet. */
  readonly #orphaned: number[] = []
  /** How many workers each chunk has ended; under `NO_CHUNK`, those that ended between chunks or completing the region. */
  readonly #deaths = new Map<number, number>()
  /** When it got its first ranks, by `performance.now()`; 0 while it waits for them. */
  startedAt = 0
  #failure: { readonly error: unknown } | undefined
  #settled: { readonly value: unknown } | { readonly error: unknown } | undefined
  #onSettled: ((settled: { readonly value: unknown } | { readonly error: unknown }) => void) | undefined

  constructor(spec: RegionSpec, calls: CallCache) {
    this.spec = spec
    this.kernels = kernelsOf(spec.call.work)
    for (const kernel of this.kernels) refuseAsync(kernel)
    this.#packed = calls.pack(spec.call)
    this.segments = this.#packed.segments
  }

  get isSpmd(): boolean {
    return this.spec.opened === undefined
  }

  /** Fills the slot and enters the first ranks, all together, so that none can be the last one out before the others are in. */
  begin(control: Control, slot: number, sequence: number, ranks: readonly number[], watch: number): void {
    const { words, layout } = control
    const { width, opened, retry } = this.spec
    const base = layout.slot(slot)
    const chunkCount = opened?.cutting.count ?? 0
    this.#control = control
    this.slot = slot
    this.sequence = sequence
    this.startedAt = performance.now()
    words[base + Slot.sequence] = sequence
    words[base + Slot.width] = width
    words[base + Slot.chunkCount] = chunkCount
    words[base + Slot.retry] = retry
    words[base + Slot.entries] = 0
    words[base + Slot.cancel] = 0
    words[base + Slot.failedAt] = NO_FAILURE
    words[base + Slot.sweep] = 0
    words[base + Slot.watch] = watch
    const { id, bytes } = this.#packed
    control.log(slot).begin(bytes, id !== 0 && id === words[base + Slot.callId])
    words[base + Slot.callId] = id
    for (let stretch = 0; stretch < width; stretch++) words[layout.counter(slot, stretch)] = stretchStart(chunkCount, width, stretch)
    if (this.isSpmd) {
      control.prepareBarrier(slot, width, Barrier)
      words.fill(0, layout.collectives(slot), layout.collectives(slot) + SHARED_WORDS)
    }
    for (const rank of ranks) this.#enter(rank)
    Atomics.store(words, base + Slot.phase, Phase.open)
  }

  /** Whether one more rank would be of use: to take over from the dead, or because chunks are left and there is room. */
  get wantsRank(): boolean {
    if (this.#control === undefined || this.#failure !== undefined || this.isSpmd) return false
    if (this.#orphaned.length > 0) return true
    if (this.inside.size >= this.spec.width) return false
    const { words, layout } = this.#control
    const { width, opened } = this.spec
    for (let stretch = 0; stretch < width; stretch++) {
      if (Atomics.load(words, layout.counter(this.slot, stretch)) < stretchStart(opened!.cutting.count, width, stretch + 1)) return true
    }
    return false
  }

  /** Whether a dead rank's work waits for somebody to take it over. */
  get hasOrphans(): boolean {
    return this.#orphaned.length > 0
  }

  /**
   * Lets a rank in; undefined when the region is being completed. The dead that it takes over from count as gone from here on, so that the
   * region can not be completed between their death and its entry.
   */
  join(rank: number): number | undefined {
    const { words, layout } = this.#control!
    const phase = layout.slot(this.slot) + Slot.phase
    if (Atomics.compareExchange(words, phase, Phase.open, Phase.joining) !== Phase.open) return undefined
    const entry = this.#enter(rank)
    for (const dead of this.#orphaned.splice(0)) Atomics.store(words, layout.entry(this.slot, dead) + Entry.presence, Presence.left)
    Atomics.store(words, phase, Phase.open)
    return entry
  }

  #enter(rank: number): number {
    const { words, layout } = this.#control!
    const count = layout.slot(this.slot) + Slot.entries
    const entry = words[count]!
    const line = layout.entry(this.slot, entry)
    words.fill(0, line, line + 32)
    words[line + Entry.rank] = rank
    words[line + Entry.position] = NO_CHUNK
    // It may have left this very region before.
    Atomics.store(words, layout.rank(rank) + Rank.left, 0)
    Atomics.store(words, line + Entry.presence, Presence.inside)
    Atomics.store(words, count, entry + 1)
    this.inside.set(rank, entry)
    return entry
  }

  /** Spins for `spinNs` at most until it is done and everybody has left; then the ranks ring again when they leave. */
  look(spinNs: number): void {
    const { words, layout } = this.#control!
    const base = layout.slot(this.slot)
    const until = performance.now() + spinNs / 1e6
    for (let phase = Atomics.load(words, base + Slot.phase); phase !== Phase.done; phase = Atomics.load(words, base + Slot.phase)) {
      if (!spin(words, base + Slot.phase, phase, until)) break
    }
    for (const rank of this.inside.keys()) {
      const left = layout.rank(rank) + Rank.left
      for (let seen = Atomics.load(words, left); seen !== this.sequence; seen = Atomics.load(words, left)) {
        if (!spin(words, left, seen, until)) break
      }
    }
    Atomics.store(words, base + Slot.watch, Watch.bell)
  }

  /** A rank has left, by its own word. */
  leave(rank: number): void {
    this.inside.delete(rank)
  }

  /**
   * A rank has died. Unless it had left, its work is made anybody's where it can be done again; else the region fails with what `error` makes
   * of the chunk that the rank was on.
   */
  onDeath(rank: number, error: (chunk: number | undefined, attempts: number) => Error): void {
    const entry = this.inside.get(rank)
    if (entry === undefined) return
    this.inside.delete(rank)
    if (this.#failure !== undefined) return
    const { words, layout } = this.#control!
    const line = layout.entry(this.slot, entry)
    const hasLeft = Atomics.load(words, line + Entry.presence) === Presence.left
    if (hasLeft && !this.#takeBackCompletion(entry)) return
    const chunk = hasLeft ? NO_CHUNK : words[line + Entry.position]!
    const attempts = (this.#deaths.get(chunk) ?? 0) + 1
    this.#deaths.set(chunk, attempts)
    const isTried = attempts < this.spec.maxAttempts && words[layout.slot(this.slot) + Slot.entries]! < layout.entries
    if (!isTried || this.isSpmd || !(hasLeft ? this.#giveUpSweep(entry) : giveUpEntry(this.#control!, this.slot, entry, this.spec))) {
      // Deaths that were no loss do not make poison of one that is.
      const inARow = attempts < this.spec.maxAttempts ? 1 : attempts
      this.fail(error(chunk === NO_CHUNK ? undefined : chunk, inARow), 'death', entry)
      return
    }
    this.retries++
    this.#orphaned.push(entry)
  }

  /**
   * Whether the dead rank leaves the region without anybody to complete it: it was the last one out, or about to be. Then whoever is let in
   * next does it. `spmd` has nothing to complete, and is done.
   */
  #takeBackCompletion(entry: number): boolean {
    const { words, layout } = this.#control!
    const phase = layout.slot(this.slot) + Slot.phase
    const wasCompleting = Atomics.load(words, phase) === Phase.completing + entry
    // Whoever is inside looks for itself, when it leaves, whether it is the last one out.
    if (!wasCompleting && this.#isAnyoneInside()) return false
    if (!this.isSpmd) {
      if (wasCompleting) Atomics.store(words, phase, Phase.open)
      return Atomics.load(words, phase) === Phase.open
    }
    Atomics.compareExchange(words, phase, wasCompleting ? Phase.completing + entry : Phase.open, Phase.done)
    return false
  }

  #isAnyoneInside(): boolean {
    const { words, layout } = this.#control!
    const entries = words[layout.slot(this.slot) + Slot.entries]!
    for (let entry = 0; entry < entries; entry++) {
      if (Atomics.load(words, layout.entry(this.slot, entry) + Entry.presence) === Presence.inside) return true
    }
    return false
  }

  /** What it had brought before it left stands. Of chunks that it found when it swept, nobody knows whether they got so far. */
  #giveUpSweep(entry: number): boolean {
    const { words, layout } = this.#control!
    if (words[layout.slot(this.slot) + Slot.sweep] === 0) return true
    return giveUpEntry(this.#control!, this.slot, entry, this.spec)
  }

  /** Ends the region early with this error: the first one counts. The ranks see the cancel word before their next chunk. */
  fail(error: unknown, reason: 'cancelled' | 'death' = 'cancelled', entry = -1): void {
    this.#failure ??= { error }
    if (this.#control === undefined) return
    const { words, layout } = this.#control
    const base = layout.slot(this.slot)
    Atomics.store(words, base + Slot.cancel, 1)
    if (this.isSpmd) this.#control.barrier(this.slot, this.spec.width, Barrier).break(entry, reason)
  }

  get failed(): boolean {
    return this.#failure !== undefined
  }

  /** Whether nothing more will happen in the slot: the last one out has completed it or, after a failure, every survivor has left. */
  get isOver(): boolean {
    if (this.#control === undefined) return this.#failure !== undefined
    if (this.#failure !== undefined) return this.inside.size === 0
    return Atomics.load(this.#control.words, this.#control.layout.slot(this.slot) + Slot.phase) === Phase.done
  }

  progress(): Progress {
    let done = 0
    let chunks = 0
    // Over `spmd` the kernels say themselves how far they are, and nobody knows how far they have to go.
    const total = this.spec.opened?.total ?? 0
    if (this.#control !== undefined) {
      const { words, doubles, layout } = this.#control
      for (let entry = 0; entry < words[layout.slot(this.slot) + Slot.entries]!; entry++) {
        const line = layout.entry(this.slot, entry)
        done += doubles[(line + Entry.extent) / 2]!
        chunks += words[line + Entry.chunks]!
      }
    }
    // Work that is done again counts twice.
    if (!this.isSpmd) done = Math.min(done, total)
    return { done, total, chunks, retries: this.retries, elapsedMs: performance.now() - this.startedAt }
  }

  /** Reads the outcome, once. Only when it is over, or to give up on it with an error. */
  settle(): void {
    if (this.#settled !== undefined) return
    try {
      this.#settled = { value: this.outcome() }
    } catch (error) {
      this.#settled = { error }
    }
    this.#onSettled?.(this.#settled)
  }

  /** Its outcome, once it is settled. For one to wait for; short regions are settled before anybody does, and synchronous ones are never waited for. */
  get promise(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#onSettled = (settled) => ('error' in settled ? reject(settled.error) : resolve(settled.value))
      if (this.#settled !== undefined) this.#onSettled(this.#settled)
    })
  }

  /** The result; throws what the region failed with. */
  outcome(): unknown {
    if (this.#failure !== undefined) throw this.#failure.error
    return readOutcome(this.#control!, this.slot, this.spec, this.segments)
  }
}

/** False when the time is over. */
function spin(words: Int32Array<SharedArrayBuffer>, index: number, seen: number, until: number): boolean {
  const leftNs = (until - performance.now()) * 1e6
  return leftNs > 0 && spinYielding(words, index, seen, leftNs)
}
