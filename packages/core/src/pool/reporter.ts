import type { Progress } from './progress.js'
import type { Region } from './region.js'

/** Tells `onProgress` how far a region is, until it has thrown: what it throws ends the region. */
export class Reporter {
  readonly #region: Region
  #onProgress: ((progress: Progress) => void) | undefined

  constructor(region: Region, onProgress: (progress: Progress) => void) {
    this.#region = region
    this.#onProgress = onProgress
  }

  /** @throws what `onProgress` throws, which is not called again then */
  report(): void {
    try {
      this.#onProgress?.(this.#region.progress())
    } catch (error) {
      this.#onProgress = undefined
      throw error
    }
  }

  /** For the last time. A call that has failed already, `hasFailed`, rejects with what it failed with, whatever `onProgress` throws. */
  end(hasFailed: boolean): void {
    try {
      this.report()
    } catch (error) {
      if (!hasFailed) throw error
    } finally {
      this.#onProgress = undefined
    }
  }
}
