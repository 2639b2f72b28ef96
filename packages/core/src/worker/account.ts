import { Rank, Span } from '../protocol/index.js'
import { now } from '../sync/index.js'
import type { Region } from './region.js'
import { isTimed, totals } from './totals.js'

/**
 * Adds what a rank does in one region to its totals, and to the trace. Costs a few additions unless the pool records times. Totals are
 * added up before the rank leaves: who has seen the region's result sees them too.
 */
export class Account {
  readonly #region: Region
  readonly #isTimed: boolean
  #since: number
  #chunks = 0
  #extent = 0

  constructor(region: Region) {
    this.#region = region
    this.#isTimed = isTimed(region.member)
    this.#since = this.#isTimed ? now() : 0
  }

  addRegion(): void {
    const { words, member } = this.#region
    words[totals(member) + Rank.regions]!++
    this.#add(Span.region)
  }

  /** For the last one out. */
  addCompletion(): void {
    this.#add(Span.combine)
  }

  #add(kind: number): void {
    const { member, control, sequence, kernel, chunks, extent } = this.#region
    const { doubles } = control
    const rank = totals(member)
    doubles[(rank + Rank.chunks) / 2]! += chunks - this.#chunks
    doubles[(rank + Rank.extent) / 2]! += extent - this.#extent
    this.#chunks = chunks
    this.#extent = extent
    if (!this.#isTimed) return
    const at = now()
    doubles[(rank + Rank.busyMs) / 2]! += at - this.#since
    member.trace?.add(kind, sequence, kernel, 0, 0, this.#since, at)
    this.#since = at
  }
}
