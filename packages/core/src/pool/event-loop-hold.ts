import type { Doorbell } from '@shoal/native'

/** Keeps the event loop alive while a pool has work, unless the program has said that it should not: see `Pool.unref`. */
export class EventLoopHold {
  readonly #doorbell: Doorbell
  #isReferenced = true
  #isHeld = false

  constructor(doorbell: Doorbell) {
    this.#doorbell = doorbell
  }

  ref(isBusy: boolean): void {
    this.#isReferenced = true
    if (isBusy) this.take()
  }

  unref(): void {
    this.#isReferenced = false
    this.letGo()
  }

  take(): void {
    if (this.#isHeld || !this.#isReferenced) return
    this.#isHeld = true
    this.#doorbell.ref()
  }

  letGo(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    this.#doorbell.unref()
  }
}
