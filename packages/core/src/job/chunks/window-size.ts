/** How long a window is to take: the least that is lost when a run is killed, many times what it costs to begin one. */
const TARGET_MS = 250
/** Writing results to the journal is to take a small part of the time in which they come about, on a slow disk too. */
const JOURNAL_BYTES_PER_MS = 4_000
const MAX_LEVEL = 20

/** How large windows are, by how long the last ones took: they double from one chunk on. */
export class WindowSize {
  readonly #least: number
  level: number

  constructor(least: number) {
    this.#least = least
    this.level = least
  }

  /** A window of this level has taken so long, and its result has so many bytes. */
  learn(level: number, elapsedMs: number, resultBytes: number): void {
    // Others tell about another size.
    if (level !== this.level) return
    const target = Math.max(TARGET_MS, resultBytes / JOURNAL_BYTES_PER_MS)
    if (elapsedMs < target / 2) this.level = Math.min(MAX_LEVEL, level + 1)
    else if (elapsedMs > target * 2) this.level = Math.max(this.#least, level - 1)
  }
}
