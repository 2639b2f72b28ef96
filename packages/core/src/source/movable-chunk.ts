import type { Chunk } from './chunk.js'

/** The chunk object of a reader: moved, never made anew, so that a chunk costs no allocation. */
export class MovableChunk implements Chunk {
  start = 0
  end = 0
  index = 0
  readonly rank: number
  readonly local: unknown

  constructor(rank: number, local: unknown) {
    this.rank = rank
    this.local = local
  }

  get length(): number {
    return this.end - this.start
  }

  /** Leaves `[start, end)` of it. */
  narrow(start: number, end: number): void {
    this.start = start
    this.end = end
  }
}
