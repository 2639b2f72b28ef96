/** Chunks `[first, end)`, which are node `index` on `level` of the combination tree: see NeighbourTree. */
export interface Window {
  readonly level: number
  readonly index: number
  readonly first: number
  readonly end: number
}

export interface TreePlace {
  readonly level: number
  readonly index: number
}

/** The whole tree, whatever the number of chunks. */
export const ROOT_LEVEL = 31

/**
 * The chunks that are yet to be done, dealt out in order, in windows that are nodes of the combination tree: so the order of combination is
 * the same whatever has been done before, and in windows of whatever size.
 */
export class Remaining {
  readonly #count: number
  /** What is done, in order. */
  readonly #done: readonly Window[]
  #at = 0
  #next = 0

  constructor(count: number, done: readonly TreePlace[]) {
    this.#count = count
    this.#done = done.map((place) => windowAt(place, count)).sort((a, b) => a.first - b.first)
  }

  /** The next window, of at most `2^maxLevel` chunks; undefined at the end. */
  next(maxLevel: number): Window | undefined {
    while (this.#done[this.#next]?.first === this.#at) this.#at = this.#done[this.#next++]!.end
    if (this.#at >= this.#count) return undefined
    const limit = this.#done[this.#next]?.first ?? Number.POSITIVE_INFINITY
    let level = 0
    while (level < maxLevel && this.#at % 2 ** (level + 1) === 0 && this.#at + 2 ** (level + 1) <= limit) level++
    const window = windowAt({ level, index: this.#at / 2 ** level }, this.#count)
    this.#at = window.end
    return window
  }
}

export function windowAt({ level, index }: TreePlace, count: number): Window {
  return { level, index, first: index * 2 ** level, end: Math.min(count, (index + 1) * 2 ** level) }
}

/** The two nodes below that of a window; none where it is a single chunk. */
export function halvesOf({ first, end }: Window, count: number): Window[] {
  if (end - first < 2) return []
  // Of what there is: above it, the left half would be the whole.
  const half = Math.ceil(Math.log2(end - first)) - 1
  const left = windowAt({ level: half, index: first / 2 ** half }, count)
  return [left, windowAt({ level: half, index: left.index + 1 }, count)]
}
