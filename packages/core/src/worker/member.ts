import { createRequire } from 'node:module'
import { futexWake, lifeEnter, nextTurn, ringDoorbell, spinYielding, waitWhile } from '@shoal/native'
import type { Segment } from '../memory/index.js'
import {
  type Control,
  commandOf,
  entryOf,
  Header,
  LEAVE,
  Rank,
  RECEIVE,
  type RegionCall,
  State,
  type TraceRing,
} from '../protocol/index.js'
import { now } from '../sync/index.js'
import type { Attachments } from './attachments.js'
import type { KernelCache } from './kernel-cache.js'
import type { MakePart } from './region-part.js'
import type * as RunRegion from './run-region.js'

const require = createRequire(import.meta.url)
let loaded: typeof RunRegion | undefined

const SLICE_MS = 50
/** A parked member gives its event loop a turn this soon, and a busy one this often: timers, finalisers and messages live there. */
const TURN_AFTER_PARKED_MS = 1
const TURN_EVERY_MS = 100
const TURN_EVERY_REGIONS = 1000

/** A region's call, read, with the segments that it refers to. */
export interface ReadCall {
  readonly id: number
  readonly call: RegionCall
  readonly segments: readonly Segment[]
  /** Undefined while a kernel is in a module that has not been imported here yet. */
  makePart: MakePart | undefined
}

/** One worker of a pool, seen from inside: its place in the control segment and what it keeps between regions. */
export class Member {
  readonly rank: number
  readonly control: Control
  readonly attachments: Attachments
  readonly kernels: KernelCache
  /** What `setup` returned here. */
  local: unknown
  /** For a caller, whose event loop stands still: called between chunks, and between slices of a wait. */
  onPause: (() => void) | undefined
  /** What was read last: a loop of equal calls is read once. */
  lastCall: ReadCall | undefined
  readonly #doorbellFd: number
  readonly #base: number
  #taken = 0

  constructor(options: { rank: number; control: Control; doorbellFd: number; attachments: Attachments }) {
    this.rank = options.rank
    this.control = options.control
    this.attachments = options.attachments
    this.kernels = options.attachments.kernels
    this.#doorbellFd = options.doorbellFd
    this.#base = options.control.layout.rank(options.rank)
  }

  /** Where this rank writes its trace, if the pool keeps one. */
  get trace(): TraceRing | undefined {
    return this.attachments.trace
  }

  /** Takes the life mutex, for the life of the calling thread, and says that this rank is there. */
  start(): void {
    lifeEnter(this.control.words, this.#base + Rank.life)
    Atomics.store(this.control.words, this.#base + Rank.state, State.alive)
  }

  /** Takes in the segments and kernels that the parent has sent so far. */
  receive(): void {
    const { words } = this.control
    // Plain: what was sent before a post is counted before it.
    const sent = words[this.#base + Rank.sent]!
    // Nothing new, as nearly always: no system call. A count of its own, since a caller shares the rank's words with worker 0.
    if (sent === this.#taken) return
    this.#taken = sent
    this.attachments.update(sent)
    Atomics.store(words, this.#base + Rank.received, sent)
    futexWake(words, this.#base + Rank.received, 1)
  }

  /** Keeps no segment of the last call alive. */
  forget(): void {
    if (this.lastCall !== undefined && this.lastCall.segments.length > 0) this.lastCall = undefined
  }

  /** Whether the parent has work waiting for a free rank, and wants to hear of everyone who leaves a region. */
  parentWantsLeavers(): boolean {
    return Atomics.load(this.control.words, Header.wanted) !== 0
  }

  ringParent(): void {
    if (this.#doorbellFd >= 0) ringDoorbell(this.#doorbellFd)
  }

  /**
   * Runs regions until the parent says LEAVE; never leaves by its own decision, since the parent counts on this rank to be here.
   *
   * Memory ordering: all words are sequentially consistent. `parked` is stored before `post` is looked at for the last time, and the parent
   * stores `post` before it looks at `parked`; so either the member sees the post, or the parent wakes it.
   */
  async loop(): Promise<void> {
    const { words } = this.control
    const base = this.#base
    let turnedAt = now()
    let regions = 0
    for (;;) {
      // Plain: nobody else stores it while this member is here.
      const handled = words[base + Rank.handled]!
      const post = Atomics.load(words, base + Rank.post)
      if (post !== handled) {
        const command = commandOf(post)
        if (command === LEAVE) {
          this.forget()
          this.receive()
          Atomics.store(words, base + Rank.handled, post)
          return
        }
        if (command === RECEIVE) {
          this.receive()
          Atomics.store(words, base + Rank.handled, post)
          continue
        }
        // With all that runs regions, which tasks need nothing of: as much as a worker loads to be ready.
        loaded ??= require('#internal/worker/run-region.js') as typeof RunRegion
        const importing = loaded.runRegion(this, command, entryOf(post))
        if (importing !== undefined) await importing
        Atomics.store(words, base + Rank.handled, post)
        regions++
        if (regions < TURN_EVERY_REGIONS && now() - turnedAt < TURN_EVERY_MS) continue
      } else if (this.#park(handled)) {
        continue
      }
      await nextTurn()
      turnedAt = now()
      regions = 0
    }
  }

  #parkedTurn = false

  /** True when a command has come. The first sleep is short, so that the event loop gets its turn; the next ones are whole slices. */
  #park(handled: number): boolean {
    const { words } = this.control
    const post = this.#base + Rank.post
    const parked = this.#base + Rank.parked
    const spinNs = words[Header.spinNs]!
    const isPosted = words[Header.yields] === 0 ? waitWhile(words, post, handled, spinNs, 0) : spinYielding(words, post, handled, spinNs)
    if (isPosted) return true
    Atomics.store(words, parked, 1)
    const changed = waitWhile(words, post, handled, 0, this.#parkedTurn ? SLICE_MS : TURN_AFTER_PARKED_MS)
    Atomics.store(words, parked, 0)
    this.#parkedTurn = !changed
    return changed
  }
}
