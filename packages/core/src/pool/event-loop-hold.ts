import { clearTimeout, type Doorbell } from '@shoal/native'
import { after } from './after.js'

/** How long the event loop is held after the last call: to let go of it and take it again for each of many takes a fiftieth of a small task. */
const LINGER_MS = 5

/** Keeps the event loop alive while a pool has work, unless the program has said that it should not: see `Pool.unref`. */
export class EventLoopHold {
  readonly #doorbell: Doorbell
  #isReferenced = true
  /** Whether there is work. */
  #isWanted = false
  #isHeld = false
  #timer: NodeJS.Timeout | undefined

  constructor(doorbell: Doorbell) {
    this.#doorbell = doorbell
  }

  ref(isBusy: boolean): void {
    this.#isReferenced = true
    if (isBusy) this.take()
  }

  unref(): void {
    this.#isReferenced = false
    this.#letGo()
  }

  take(): void {
    this.#isWanted = true
    if (this.#isHeld || !this.#isReferenced) return
    this.#isHeld = true
    this.#doorbell.ref()
  }

  /** There is no more work. */
  letGo(): void {
    this.#isWanted = false
    if (this.#isHeld) this.#timer ??= after(LINGER_MS, this.#look)
  }

  /** Before the doorbell is closed. */
  end(): void {
    clearTimeout(this.#timer)
    this.#letGo()
  }

  readonly #look = (): void => {
    this.#timer = undefined
    if (!this.#isWanted) this.#letGo()
  }

  #letGo(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    this.#doorbell.unref()
  }
}
