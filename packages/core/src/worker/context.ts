import { expectedType, ShoalError } from '../errors/index.js'
import type { SharedView, ViewLike } from '../memory/index.js'
import type { Context, Part } from '../pool/index.js'
import type { Barrier } from '../sync/index.js'
import type { Region } from './region.js'

/** The context of one rank in one `spmd` region. */
export class RegionContext implements Context {
  readonly rank: number
  readonly size: number
  readonly local: unknown
  readonly #region: Region
  readonly #barrier: Barrier
  readonly #guard = (): void => this.#throwIfAborted()

  constructor(region: Region, barrier: Barrier) {
    this.rank = region.entry
    this.size = region.width
    this.local = region.member.local
    this.#region = region
    this.#barrier = barrier
  }

  get aborted(): boolean {
    return this.#region.cancelled || this.#region.failed
  }

  barrier(): boolean {
    try {
      return this.#barrier.waitGuarded(this.#guard)
    } catch (error) {
      if (error instanceof ShoalError && error.code === 'SHOAL_BARRIER_BROKEN') throw aborted(error)
      throw error
    }
  }

  partition<V extends ViewLike>(view: V, options?: { unit?: number }): Part & { readonly view: V }
  partition(length: number, options?: { unit?: number }): Part
  partition(source: SharedView | number, { unit = 1 }: { unit?: number } = {}): Part & { view?: unknown } {
    const length = typeof source === 'number' ? source : source?.length
    if (!Number.isSafeInteger(length) || length < 0) throw expectedType('source', 'a shared view or a length', source)
    const units = Math.ceil(length / unit)
    const start = Math.min(length, Math.floor((units * this.rank) / this.size) * unit)
    const end = Math.min(length, Math.floor((units * (this.rank + 1)) / this.size) * unit)
    const part = { start, end, length: end - start }
    return typeof source === 'number' ? part : { ...part, view: source.subarray(start, end) }
  }

  #throwIfAborted(): void {
    if (this.aborted) throw aborted(undefined)
  }
}

function aborted(cause: unknown): ShoalError {
  return new ShoalError(
    'SHOAL_REGION_ABORTED',
    'The region ended while this rank was waiting: another rank threw, left or died, or it was cancelled',
    {
      cause,
    },
  )
}
