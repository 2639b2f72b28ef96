/** Numbers that a seed repeats: xorshift32. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0 || 1
  }

  /** An integer from 0 to `end` − 1. */
  below(end: number): number {
    this.#state ^= this.#state << 13
    this.#state ^= this.#state >>> 17
    this.#state ^= this.#state << 5
    return (this.#state >>> 0) % end
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!
  }
}
