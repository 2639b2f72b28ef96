/** Stable machine-readable codes: `SHOAL_<SUBJECT>_<FACT>`; listed in docs/errors.md. Messages may change, codes do not. */
export type ShoalErrorCode = `SHOAL_${string}`

export interface ShoalErrorOptions {
  cause?: unknown
  /** The worker that the error came from. */
  rank?: number
  /** The index range being worked on when it happened. */
  range?: { start: number; end: number }
}

const brand: unique symbol = Symbol.for('shoal.ShoalError') as never

/**
 * An operational failure of Shoal: match on `code`.
 * Misuse is a `TypeError` or `RangeError` instead (see `expected`).
 * @example
 * if (error instanceof ShoalError && error.code === 'SHOAL_SEGMENT_NOT_FOUND') …
 */
export class ShoalError extends Error {
  /** What happened: stays the same between versions. */
  readonly code: ShoalErrorCode
  // Declared only: as fields they would show up as `undefined` in every error.
  /** The worker that the error came from, where it came from one. */
  declare readonly rank?: number
  /** The index range that was worked on, where it was a part of a region. */
  declare readonly range?: { start: number; end: number }

  constructor(code: ShoalErrorCode, message: string, options: ShoalErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    if (options.rank !== undefined) this.rank = options.rank
    if (options.range !== undefined) this.range = options.range
  }

  /** `instanceof` holds across several loaded copies of the library and across realms. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // Subclasses inherit this method; for them it is the ordinary question.
    // biome-ignore lint/complexity/noThisInStatic: `this` is the class that was asked, not this one
    if (this !== ShoalError) return Function.prototype[Symbol.hasInstance].call(this, value)
    return typeof value === 'object' && value !== null && brand in value
  }
}
Object.defineProperty(ShoalError.prototype, 'name', { value: 'ShoalError', writable: true, configurable: true })
Object.defineProperty(ShoalError.prototype, brand, { value: true })
