/** How far a region is. */
export interface Progress {
  /** How much of the source is done, and all of it: elements, records, or bytes of text files. */
  readonly done: number
  readonly total: number
  readonly chunks: number
  readonly retries: number
  readonly elapsedMs: number
}

/** How often `onProgress` is called. */
export const PROGRESS_EVERY_MS = 100
