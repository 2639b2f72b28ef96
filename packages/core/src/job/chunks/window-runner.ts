import { ShoalError } from '../../errors/index.js'
import type { Pool, PoolCalls, Progress, RegionOptions } from '../../pool/index.js'
import { type OpenedSource, windowOf } from '../../source/index.js'
import type { RunControl } from '../run-control.js'
import type { Outcome } from './outcome.js'
import type { Window } from './remaining.js'
import { Salvage, type Skipped } from './salvage.js'
import { inWordsOfJobs, isTooLarge } from './too-large.js'

export interface DoneWindow {
  readonly window: Window
  readonly outcome: Outcome
  readonly skipped: readonly Skipped[]
}

export interface ChunkKernels {
  readonly chunk: unknown
  readonly combine: unknown
  /** `combine` on this side. */
  readonly combineHere: ((a: unknown, b: unknown) => unknown) | undefined
  /** Whether results are wanted when they have been accepted. */
  readonly isTotalled: boolean
}

export interface WindowRunnerOptions {
  readonly pool: Pool
  readonly calls: PoolCalls
  readonly opened: OpenedSource
  readonly kernels: ChunkKernels
  readonly args: readonly unknown[]
  readonly control: RunControl
  readonly isSkipping: boolean
  readonly retry: 'never' | 'idempotent'
  readonly retries: number
  /** Makes a window that was begun what it was before; undefined where there is nothing to put back. */
  readonly putBack?: ((window: Window) => Promise<void>) | undefined
  readonly onRetried: (window: Window, attempt: number, error: unknown) => void
}

/** Works on windows, each one region: begins one again after a death, and skips what can not be done. */
export class WindowRunner {
  /** How often chunks were begun again, in windows that are done. */
  retries = 0
  readonly #options: WindowRunnerOptions
  readonly #salvage: Salvage

  /** `count` is that of all chunks. */
  constructor(options: WindowRunnerOptions, count: number) {
    this.#options = options
    this.#salvage = new Salvage({
      opened: options.opened,
      count,
      combine: options.kernels.combineHere,
      run: (source) => this.#region(source, {}),
    })
  }

  /** `onProgress` is told how far the region is, and undefined at its end. */
  async run(window: Window, onProgress: (progress: Progress | undefined) => void): Promise<DoneWindow> {
    try {
      return await this.#run(window, onProgress)
    } catch (error) {
      throw inWordsOfJobs(this.#options.opened, window, error)
    }
  }

  /** The kernel's result for no records at all. */
  runEmpty(): Promise<unknown> {
    return this.#salvage.runEmpty()
  }

  async #run(window: Window, onProgress: (progress: Progress | undefined) => void): Promise<DoneWindow> {
    const { pool, opened, isSkipping, retries, putBack, control, onRetried } = this.#options
    for (let attempt = 1; ; attempt++) {
      let last: Progress | undefined
      try {
        const value = await this.#region(windowOf(opened, window.first, window.end), {
          width: Math.min(pool.size, window.end - window.first),
          onProgress: (progress) => {
            last = progress
            onProgress(progress)
          },
        })
        this.retries += last?.retries ?? 0
        onProgress(undefined)
        return { window, outcome: { value }, skipped: [] }
      } catch (error) {
        onProgress(undefined)
        if (control.isStopped && control.signal.aborted) throw error
        if (putBack !== undefined && attempt <= retries && isDeath(error)) {
          this.retries++
          onRetried(window, attempt, error)
          await putBack(window)
        } else if (isSkipping && Salvage.isSkippable(error)) {
          return { window, ...(await this.#salvage.salvage(window)) }
        } else {
          if (isTooLarge(error)) await putBack?.(window)
          throw error
        }
      }
    }
  }

  #region(source: unknown, options: RegionOptions): Promise<unknown> {
    const { calls, kernels, args, control, retry, retries } = this.#options
    const forChunks = calls.forChunks.bind(calls) as (source: unknown, kernel: unknown, options: object) => Promise<unknown>
    return forChunks(source, kernels.chunk, {
      ...(kernels.combine !== undefined && { combine: kernels.combine }),
      args,
      signal: control.signal,
      retry,
      maxAttempts: retries + 1,
      ...options,
    })
  }
}

function isDeath(error: unknown): boolean {
  return error instanceof ShoalError && (error.code === 'SHOAL_REGION_WORKER_DIED' || error.code === 'SHOAL_REGION_CHUNK_POISONOUS')
}
