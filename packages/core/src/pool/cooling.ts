import { clearTimeout } from '@shoal/native'
import { after } from './after.js'

/** How often it is looked, while `hotMs` pass, whether the pool is still idle. */
const LOOKS = 4

/**
 * Says when a pool has been idle for `hotMs`, or up to a quarter more. It counts looks in a row that found nothing new: to take the time
 * whenever a call ends would be a thirtieth of what a short region takes.
 */
export class Cooling {
  readonly #looks: number
  readonly #everyMs: number
  readonly #isIdle: () => boolean
  readonly #onCold: () => void
  #quietLooks = 0
  #timer: NodeJS.Timeout | undefined

  constructor(hotMs: number, isIdle: () => boolean, onCold: () => void) {
    this.#looks = Math.min(LOOKS, Math.ceil(hotMs))
    this.#everyMs = hotMs / Math.max(this.#looks, 1)
    this.#isIdle = isIdle
    this.#onCold = onCold
  }

  /** From now on the pool is idle. */
  begin(): void {
    this.#quietLooks = 0
    this.#timer ??= after(this.#everyMs, this.#look)
  }

  end(): void {
    clearTimeout(this.#timer)
  }

  readonly #look = (): void => {
    this.#timer = undefined
    if (!this.#isIdle()) return
    // The first one comes at some time after `begin`.
    const isCold = this.#quietLooks === this.#looks
    this.#quietLooks++
    if (isCold) this.#onCold()
    else this.#timer = after(this.#everyMs, this.#look)
  }
}
