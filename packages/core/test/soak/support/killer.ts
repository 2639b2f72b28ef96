import { setTimeout } from 'node:timers/promises'
import type { Pool } from '@shoal/core'
import { failPoints } from '#internal/worker/fail-point.js'
import type { FailPoints } from '../../pool/support/fail-points.js'
import type { Random } from './random.js'

/** Far more than calls are under way, far fewer than there are pids. */
const LAST_KILLS = 1_000

/** Ends workers: at points of the protocol, and, where they are processes, at any moment whatever they do. */
export class Killer {
  /** When each process was killed, by pid: of the last ones, as pids come round. */
  readonly killedAt = new Map<number, number>()
  readonly #pool: Pool
  readonly #points: FailPoints
  readonly #random: Random
  #killed = 0
  #armed = 0
  #unused = 0

  constructor(pool: Pool, points: FailPoints, random: Random) {
    this.#pool = pool
    this.#points = points
    this.#random = random
  }

  /** How many workers it has ended so far, or is about to. */
  get kills(): number {
    return this.#killed + this.#armed - this.#unused
  }

  strike(): void {
    if (this.#pool.backend === 'threads' || this.#random.below(3) === 0) this.#arm()
    else void this.#kill().catch(() => {})
  }

  /** No more deaths from here on. */
  stop(): void {
    this.#unused += this.#points.disarm().length
  }

  #arm(): void {
    const point = this.#random.of(failPoints)
    if (this.#points.isArmed(point)) return
    this.#points.arm(point, 1 + this.#random.below(20))
    this.#armed++
  }

  /** Some worker, at some moment after it has run a task. */
  async #kill(): Promise<void> {
    const pid = await this.#pool.run(() => process.pid)
    await setTimeout(this.#random.below(10))
    if (this.killedAt.has(pid)) return
    this.#killed++
    this.killedAt.set(pid, performance.now())
    const [oldest] = this.killedAt.keys()
    if (this.killedAt.size > LAST_KILLS && oldest !== undefined) this.killedAt.delete(oldest)
    process.kill(pid, 'SIGKILL')
  }
}
