import { ShoalError } from '../../errors/index.js'
import { type IndexRange, type OpenedSource, openReader, partOf, windowOf } from '../../source/index.js'
import { joinOutcomes, type Outcome } from './outcome.js'
import { type Window, windowAt } from './remaining.js'

/** What was left out: a record, or the least part that its source can be cut into. */
export interface Skipped {
  readonly range: IndexRange
  /** Its bytes, where it has any of its own. */
  readonly bytes: Uint8Array | undefined
  readonly error: unknown
}

export interface Salvaged {
  readonly outcome: Outcome
  readonly skipped: readonly Skipped[]
}

export interface SalvageOptions {
  readonly opened: OpenedSource
  readonly count: number
  readonly combine: ((a: unknown, b: unknown) => unknown) | undefined
  readonly run: (source: unknown) => Promise<unknown>
}

/**
 * Gets what can be had out of a window in which a kernel has thrown: halves it, along the combination tree down to the chunk and at records
 * below, until only what throws by itself is left out. A bad record costs about twice its chunk's work.
 */
export class Salvage {
  readonly #options: SalvageOptions

  constructor(options: SalvageOptions) {
    this.#options = options
  }

  /** Whether the data may be at fault, and not the run. */
  static isSkippable(error: unknown): boolean {
    if (!(error instanceof ShoalError)) return true
    return error.code === 'SHOAL_RECORD_INVALID' || error.code === 'SHOAL_REGION_CHUNK_POISONOUS'
  }

  /** Of a window that has failed as a whole. */
  async salvage(window: Window): Promise<Salvaged> {
    const { count, opened } = this.#options
    const { level, index, first } = window
    if (level === 0) {
      const { start, end } = this.#read(first)
      return this.#salvagePart(first, start, end)
    }
    const halves: Salvaged[] = []
    for (const half of [2 * index, 2 * index + 1]) {
      const part = windowAt({ level: level - 1, index: half }, count)
      if (part.first >= part.end) continue
      halves.push(await this.#try(windowOf(opened, part.first, part.end), () => this.salvage(part)))
    }
    return this.#join(halves)
  }

  /** The kernel's result for no records at all. */
  async runEmpty(): Promise<unknown> {
    const { opened } = this.#options
    const { start } = this.#read(0)
    return this.#options.run(partOf(opened, 0, start, start))
  }

  async #salvagePart(chunk: number, start: number, end: number, error?: unknown): Promise<Salvaged> {
    const { opened } = this.#options
    const middle = opened.middle(chunk, start, end)
    if (middle === undefined) {
      if (error === undefined) return this.#try(partOf(opened, chunk, start, end), (cause) => this.#skip(chunk, start, end, cause))
      return this.#skip(chunk, start, end, error)
    }
    const halves: Salvaged[] = []
    for (const [from, to] of [[start, middle] as const, [middle, end] as const]) {
      halves.push(await this.#try(partOf(opened, chunk, from, to), (cause) => this.#salvagePart(chunk, from, to, cause)))
    }
    return this.#join(halves)
  }

  async #try(source: unknown, otherwise: (error: unknown) => Promise<Salvaged>): Promise<Salvaged> {
    try {
      return { outcome: { value: await this.#options.run(source) }, skipped: [] }
    } catch (error) {
      if (!Salvage.isSkippable(error)) throw error
      return otherwise(error)
    }
  }

  async #skip(chunk: number, start: number, end: number, error: unknown): Promise<Salvaged> {
    const { opened } = this.#options
    const { path } = opened.rangeOf(chunk, chunk + 1)
    const part = this.#read(chunk) as { narrow?(start: number, end: number): void; view?: Uint8Array }
    part.narrow?.(start, end)
    const bytes = opened.files.length > 0 && part.view !== undefined ? Uint8Array.from(part.view) : undefined
    const range = { start, end, ...(path !== undefined && { path }) }
    return { outcome: { isEmpty: true }, skipped: [{ range, bytes, error }] }
  }

  #read(chunk: number): { readonly start: number; readonly end: number } {
    const { opened } = this.#options
    return openReader(opened.data, opened.cutting, 0, undefined).read(chunk)
  }

  #join(parts: readonly Salvaged[]): Salvaged {
    let outcome: Outcome = { isEmpty: true }
    const skipped: Skipped[] = []
    for (const part of parts) {
      skipped.push(...part.skipped)
      outcome = joinOutcomes(outcome, part.outcome, this.#options.combine)
    }
    return { outcome, skipped }
  }
}
