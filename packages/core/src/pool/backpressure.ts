import { ShoalError } from '../errors/index.js'
import type { Dispatcher } from './dispatcher.js'
import type { TaskPlace } from './vacancies.js'

const ORDINARY: TaskPlace = { rank: undefined, priority: 0 }

/** Holds callers back while `maxQueue` tasks wait, and the next one would have to wait too. */
export class Backpressure {
  readonly #dispatcher: Dispatcher
  readonly #maxQueue: number
  readonly #whenDrained: (() => void)[] = []

  constructor(dispatcher: Dispatcher, { maxQueue }: { readonly maxQueue: number }) {
    this.#dispatcher = dispatcher
    this.#maxQueue = maxQueue
  }

  /** Of an ordinary `run`. */
  get needsDrain(): boolean {
    return this.#isTooMany([ORDINARY])
  }

  /** Resolves when the next task would not be refused. */
  async drained(): Promise<void> {
    if (this.needsDrain) await new Promise<void>((resolve) => this.#whenDrained.push(resolve))
  }

  /** Calls may have begun or ended. */
  onDispatched(): void {
    if (this.#whenDrained.length > 0 && !this.needsDrain) for (const resolve of this.#whenDrained.splice(0)) resolve()
  }

  /** Of all `tasks` at once, which have the same priority. @throws ShoalError `SHOAL_POOL_QUEUE_FULL` */
  checkRoom(tasks: readonly TaskPlace[]): void {
    if (!this.#isTooMany(tasks)) return
    throw new ShoalError(
      'SHOAL_POOL_QUEUE_FULL',
      `Expected at most ${this.#maxQueue} tasks to wait (maxQueue): wait for some of them before the next`,
    )
  }

  /**
   * Not how many ranks are busy counts, but whether the tasks could begin: they wait behind an `spmd` too, for which too few ranks are free.
   */
  #isTooMany(tasks: readonly TaskPlace[]): boolean {
    // As long as no more can wait than may, nobody has to ask who would.
    if (this.#dispatcher.queueSize + tasks.length <= this.#maxQueue) return false
    return this.#dispatcher.waitingWith(tasks) > this.#maxQueue
  }
}
