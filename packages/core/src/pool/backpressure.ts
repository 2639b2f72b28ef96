import { ShoalError } from '../errors/index.js'
import type { Dispatcher } from './dispatcher.js'

/** Holds callers back while all workers are busy and `maxQueue` tasks wait. */
export class Backpressure {
  readonly #dispatcher: Dispatcher
  readonly #workers: number
  readonly #maxQueue: number
  readonly #whenDrained: (() => void)[] = []

  constructor(dispatcher: Dispatcher, { workers, maxQueue }: { readonly workers: number; readonly maxQueue: number }) {
    this.#dispatcher = dispatcher
    this.#workers = workers
    this.#maxQueue = maxQueue
  }

  get needsDrain(): boolean {
    const { queueSize, busyRanks } = this.#dispatcher
    if (queueSize < this.#maxQueue || busyRanks < this.#workers) return false
    return queueSize >= this.#maxQueue + this.#dispatcher.leavingRanks
  }

  /** Resolves when the next task would not be refused. */
  async drained(): Promise<void> {
    if (this.needsDrain) await new Promise<void>((resolve) => this.#whenDrained.push(resolve))
  }

  /** Calls may have begun or ended. */
  onDispatched(): void {
    if (this.#whenDrained.length > 0 && !this.needsDrain) for (const resolve of this.#whenDrained.splice(0)) resolve()
  }

  /** @throws ShoalError `SHOAL_POOL_QUEUE_FULL` */
  checkRoom(): void {
    if (!this.needsDrain) return
    throw new ShoalError(
      'SHOAL_POOL_QUEUE_FULL',
      `Expected at most ${this.#maxQueue} tasks to wait (maxQueue): wait for some of them before the next`,
    )
  }
}
