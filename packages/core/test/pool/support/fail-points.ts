import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Segment } from '@shoal/core'
import { DELAY_US, type FailPoint, failPoints, HELD, HOLDS, WORDS } from '#internal/worker/fail-point.js'
import { until } from './until.js'

const RELEASER = `
  const { words, order } = require('node:worker_threads').workerData
  for (let seen = 0; ; seen++) {
    Atomics.wait(order, 0, seen)
    while (Atomics.wait(words, order[1], ${HOLDS}, 1) !== 'not-equal');
    Atomics.wait(words, order[1], ${HELD}, order[2])
    Atomics.store(words, order[1], 0)
    Atomics.add(order, 3, 1)
  }`

/** Points in the protocol of regions at which workers die, when their environment is `env`. */
export class FailPoints {
  readonly #folder = mkdtempSync(join(tmpdir(), 'shoal-fail-points-'))
  readonly #path = join(this.#folder, 'points')
  readonly #segment = Segment.create({ kind: 'file', path: this.#path, byteLength: 4 * WORDS })
  readonly #words = this.#segment.view(Int32Array)
  /** A count of orders; the last one: which point to let go, and after how long; and a count of those that are done. */
  readonly #order = new Int32Array(new SharedArrayBuffer(16))
  #thread: Worker | undefined

  get env(): Record<string, string> {
    return { SHOAL_FAIL_POINTS: this.#path }
  }

  /** The worker that makes the visit of that number, counted over all workers, dies. */
  arm(point: FailPoint, visit = 1): void {
    Atomics.store(this.#words, failPoints.indexOf(point), visit)
  }

  /** The next worker that visits the point stays there until `letGo`. */
  hold(point: FailPoint): void {
    Atomics.store(this.#words, failPoints.indexOf(point), HOLDS)
  }

  /** Every visit of every point lasts up to so long, by chance. */
  delay(atMostUs: number): void {
    Atomics.store(this.#words, DELAY_US, atMostUs)
  }

  /** Resolves when somebody is held there. */
  async held(point: FailPoint): Promise<void> {
    await until(() => this.isHeld(point))
  }

  isHeld(point: FailPoint): boolean {
    return Atomics.load(this.#words, failPoints.indexOf(point)) === HELD
  }

  /** Ends the hold now. */
  release(point: FailPoint): void {
    Atomics.store(this.#words, failPoints.indexOf(point), 0)
  }

  /** Ends the hold `afterMs` after it has begun, from another thread: the caller may block. */
  async letGo(point: FailPoint, afterMs: number): Promise<void> {
    if (this.#thread === undefined) {
      this.#thread = new Worker(RELEASER, { eval: true, workerData: { words: this.#words, order: this.#order } })
      await once(this.#thread, 'online')
      this.#thread.unref()
    }
    this.#order[1] = failPoints.indexOf(point)
    this.#order[2] = afterMs
    Atomics.add(this.#order, 0, 1)
    Atomics.notify(this.#order, 0)
  }

  /** Resolves when all that was to be let go has been. */
  async letGone(): Promise<void> {
    await until(() => Atomics.load(this.#order, 3) === Atomics.load(this.#order, 0))
  }

  /** Whether nobody has died at the point yet. */
  isArmed(point: FailPoint): boolean {
    return Atomics.load(this.#words, failPoints.indexOf(point)) > 0
  }

  /** Points at which nobody has died, which are disarmed. */
  disarm(): FailPoint[] {
    return failPoints.filter((_, index) => Atomics.exchange(this.#words, index, 0) > 0)
  }

  remove(): void {
    void this.#thread?.terminate()
    this.#segment.close()
    rmSync(this.#folder, { recursive: true })
  }
}
