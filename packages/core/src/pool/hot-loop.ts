import { nextTurn } from '@shoal/native'
import { now } from '../sync/index.js'

/** How long the parent looks, and how soon a region was over if the next is worth looking for: in their loops, and with workers to be sent in first. */
const HOT = { lookNs: 50_000, shortMs: 0.1 } as const
const COLD = { lookNs: 200_000, shortMs: 0.3 } as const
/** The event loop gets its turn this often, however short the regions are. */
const TURN_EVERY_MS = 1

/**
 * Whether the parent looks for the end of its next region on the spot. Being woken in the event loop takes longer than a short region does;
 * a region that turns out to be long costs one look in vain, and then none until one was short again.
 */
export class HotLoop {
  readonly #wasShort = { hot: false, cold: false }
  #turnedAt = 0
  #lastMs = 0

  /** How long the last region took; 0 before the first. */
  get lastMs(): number {
    return this.#lastMs
  }

  /** For how long, in nanoseconds; 0 = not at all. */
  lookNs(isHot: boolean): number {
    if (isHot) return this.#wasShort.hot ? HOT.lookNs : 0
    return this.#wasShort.cold ? COLD.lookNs : 0
  }

  /** After a region that began at `startedAt`, by `now()`; resolves when the event loop has had its turn, if it was due. */
  ended(isHot: boolean, startedAt: number): Promise<void> | undefined {
    const endedAt = now()
    const hasLooked = this.lookNs(isHot) > 0
    this.#lastMs = endedAt - startedAt
    if (isHot) this.#wasShort.hot = this.#lastMs < HOT.shortMs
    else this.#wasShort.cold = this.#lastMs < COLD.shortMs
    if (!hasLooked || endedAt - this.#turnedAt < TURN_EVERY_MS) return undefined
    this.#turnedAt = endedAt
    return nextTurn()
  }
}
