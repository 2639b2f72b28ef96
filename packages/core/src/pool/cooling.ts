import { clearTimeout } from '@shoal/native'
import { now } from '../sync/index.js'
import { after } from './after.js'

/** Says when a pool has been idle for `hotMs`. */
export class Cooling {
  readonly #hotMs: number
  readonly #isIdle: () => boolean
  readonly #onCold: () => void
  #idleSince = 0
  #timer: NodeJS.Timeout | undefined

  constructor(hotMs: number, isIdle: () => boolean, onCold: () => void) {
    this.#hotMs = hotMs
    this.#isIdle = isIdle
    this.#onCold = onCold
  }

  /** From now on the pool is idle. */
  begin(): void {
    this.#idleSince = now()
    // Not a new one for every region: it looks at the clock when it goes off.
    this.#timer ??= after(this.#hotMs, this.#look)
  }

  end(): void {
    clearTimeout(this.#timer)
  }

  readonly #look = (): void => {
    this.#timer = undefined
    if (!this.#isIdle()) return
    const left = this.#hotMs - (now() - this.#idleSince)
    if (left > 0) this.#timer = after(left, this.#look)
    else this.#onCold()
  }
}
