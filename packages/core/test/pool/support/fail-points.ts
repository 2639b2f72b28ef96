import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FailPoint } from '#internal/worker/fail-point.js'

/** Points in the protocol of regions at which workers die, when their environment is `env`. */
export class FailPoints {
  readonly #folder = mkdtempSync(join(tmpdir(), 'shoal-fail-points-'))

  get env(): Record<string, string> {
    return { SHOAL_FAIL_POINTS: this.#folder }
  }

  /** The worker that makes the visit of that number, counted over all workers, dies. */
  arm(point: FailPoint, visit = 1): void {
    writeFileSync(join(this.#folder, point), String(visit).padStart(4))
  }

  /** Whether nobody has died at the point yet. */
  isArmed(point: FailPoint): boolean {
    return existsSync(join(this.#folder, point))
  }

  /** Points at which nobody has died, which are disarmed. */
  disarm(): string[] {
    const armed = readdirSync(this.#folder)
    for (const point of armed) rmSync(join(this.#folder, point), { force: true })
    return armed
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true })
  }
}
