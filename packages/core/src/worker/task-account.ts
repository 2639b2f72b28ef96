import { Rank, Span } from '../protocol/index.js'
import { now } from '../sync/index.js'
import type { Member } from './member.js'
import { isTimed, totals } from './totals.js'

/** Adds a task to its worker's totals, and to the trace. A worker does one at a time. */
export class TaskAccount {
  readonly #member: Member
  readonly #startedAt: number

  constructor(member: Member) {
    this.#member = member
    this.#startedAt = isTimed(member) ? now() : 0
  }

  add(kernel: number): void {
    const member = this.#member
    const { words, doubles } = member.control
    words[totals(member) + Rank.tasks]!++
    if (!isTimed(member)) return
    const at = now()
    doubles[(totals(member) + Rank.busyMs) / 2]! += at - this.#startedAt
    member.trace?.add(Span.task, 0, kernel, 0, 0, this.#startedAt, at)
  }
}
