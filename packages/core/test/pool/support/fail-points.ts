import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Segment } from '@shoal/core'
import { type FailPoint, failPoints, HELD, HOLDS } from '#internal/worker/fail-point.js'

/** Points in the protocol of regions at which workers die, when their environment is `env`. */
export class FailPoints {
  readonly #folder = mkdtempSync(join(tmpdir(), 'shoal-fail-points-'))
  readonly #path = join(this.#folder, 'points')
  readonly #segment = Segment.create({ kind: 'file', path: this.#path, byteLength: 4 * failPoints.length })
  readonly #words = this.#segment.view(Int32Array)

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

  /** Ends the hold `afterMs` from now, from another thread: the caller may block. Resolves to that thread. */
  async letGo(point: FailPoint, afterMs: number): Promise<Worker> {
    const code = `
      const { words, index, afterMs } = require('node:worker_threads').workerData
      Atomics.wait(words, index, ${HELD}, afterMs)
      Atomics.store(words, index, 0)`
    const thread = new Worker(code, { eval: true, workerData: { words: this.#words, index: failPoints.indexOf(point), afterMs } })
    await once(thread, 'online')
    return thread
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
    this.#segment.close()
    rmSync(this.#folder, { recursive: true })
  }
}
