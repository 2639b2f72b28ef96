/** Seeded random numbers (Marsaglia's xorshift over 128 bits): the same seed gives the same file on every machine. */
export class Random {
  #x: number
  #y: number
  #z = 0x6d2b79f5
  #w = 0x1b873593

  constructor(seed: number) {
    this.#x = seed | 0
    this.#y = Math.imul(seed, 0x9e3779b1) | 1
    for (let i = 0; i < 16; i++) this.uint32()
  }

  uint32(): number {
    const t = this.#x ^ (this.#x << 11)
    this.#x = this.#y
    this.#y = this.#z
    this.#z = this.#w
    this.#w = this.#w ^ (this.#w >>> 19) ^ t ^ (t >>> 8)
    return this.#w >>> 0
  }

  /** An integer in `[0, end)`. */
  below(end: number): number {
    return Math.floor((this.uint32() / 2 ** 32) * end)
  }

  /** Standard normal, by Box and Muller's method. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log((this.uint32() + 1) / 2 ** 32))
    return radius * Math.cos((2 * Math.PI * this.uint32()) / 2 ** 32)
  }
}
