/** In the place of a rank that has left. */
export const NOBODY = -1

/**
 * Who is inside of a region: the ranks that were posted into it and have not left yet, by entry. In an array, which may be changed while it is
 * gone through: a map takes a tenth of the time that an empty region does.
 */
export class Insiders {
  #count = 0
  #byEntry: number[] = []

  get count(): number {
    return this.#count
  }

  /** The rank of each entry, or `NOBODY`. */
  get byEntry(): readonly number[] {
    return this.#byEntry
  }

  /** The first ones: `ranks[n]` has entry n. */
  begin(ranks: readonly number[]): void {
    this.#byEntry = ranks.slice()
    this.#count = ranks.length
  }

  join(rank: number, entry: number): void {
    this.#byEntry[entry] = rank
    this.#count++
  }

  has(rank: number): boolean {
    return this.entryOf(rank) !== -1
  }

  /** −1 when it is not inside. */
  entryOf(rank: number): number {
    return this.#byEntry.indexOf(rank)
  }

  leave(rank: number): void {
    const entry = this.entryOf(rank)
    if (entry === -1) return
    this.#byEntry[entry] = NOBODY
    this.#count--
  }
}
