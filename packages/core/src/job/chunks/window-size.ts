/** How long a window is to take: the least that is lost when a run is killed, many times what it costs to begin one. */
const TARGET_MS = 250
/** Writing results to the journal is to take a small part of the time in which they come about, on a slow disk too. */
const JOURNAL_BYTES_PER_MS = 4_000
/** The longer the journal, the rarer are large results written to it: in a day it does not come to more than can be read again. */
const JOURNAL_BYTES = 64 * 1024 * 1024
/** What a window may have for files: it is in memory, and several are at once. */
const FILE_BYTES = 8 * 1024 * 1024
const MAX_LEVEL = 20

/** What came of a window, in bytes: for the journal, and for files. */
export interface WindowBytes {
  readonly kept: number
  readonly written: number
}

/** How large windows are, by how long the last ones took and by what came of them: they double from one chunk on. */
export class WindowSize {
  readonly #least: number
  #kept = 0
  level: number

  constructor(least: number) {
    this.#least = least
    this.level = least
  }

  /** A window of this level has taken so long, and had so much for a result. */
  learn(level: number, elapsedMs: number, { kept, written }: WindowBytes): void {
    this.#kept += kept
    // Others tell about another size.
    if (level !== this.level) return
    const target = Math.max(TARGET_MS, (kept / JOURNAL_BYTES_PER_MS) * (1 + this.#kept / JOURNAL_BYTES) ** 2)
    if (elapsedMs > target * 2 || written > FILE_BYTES) this.#below(level)
    else if (elapsedMs < target / 2 && written < FILE_BYTES / 2) this.level = Math.min(MAX_LEVEL, level + 1)
  }

  /** What came of a window of this level was more than the pool could take. */
  learnTooLarge(level: number): void {
    if (level <= this.level) this.#below(level)
  }

  #below(level: number): void {
    this.level = Math.max(this.#least, level - 1)
  }
}
