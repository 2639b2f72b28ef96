import { expectedRange, expectedType } from '../errors/index.js'
import { type Cutting, chunkStart, cut } from '../schedule/index.js'
import type { Chunk, Source } from './chunk.js'
import { MovableChunk } from './movable-chunk.js'
import { cutsOf, type OpenedSource, openSource, type SourceCutting } from './opened-source.js'
import type { ChunkReader } from './reader.js'

/** `start`, `start + step`, … up to `end`, which is not among them. */
interface Progression {
  readonly start: number
  readonly end: number
  readonly step: number
  /** How many numbers these are. */
  readonly count: number
}

export interface RangeSourceData extends Progression {
  readonly type: 'range'
}

/**
 * The integers `start`, `start + step`, … before `end`, as a source without data. A chunk's `start` and `end` are numbers of the range, so
 * that `for (let i = chunk.start; i < chunk.end; i += step)` visits those of the chunk, and the chunks together those of
 * `for (let i = start; i < end; i += step)`. With a negative step the range goes down, and the loop is `i > chunk.end`.
 * `chunk.length`, `unit` and `chunkLength` count numbers. A range that begins at or beyond its end is empty.
 *
 * @param step any integer but 0; default 1
 * @throws TypeError, RangeError for what are no safe integers
 * @example await pool.forChunks(range(1, n, 2), (chunk, out) => { for (let i = chunk.start; i < chunk.end; i += 2) out[i] = i * i }, { args: [out] })
 */
export function range(end: number): Source<Chunk>
export function range(start: number, end: number, step?: number): Source<Chunk>
export function range(first: number, second?: number, step = 1): Source<Chunk> {
  const [start, end] = second === undefined ? [0, first] : [first, second]
  checkInteger('start', start)
  checkInteger('end', end)
  checkInteger('step', step)
  if (step === 0) throw expectedRange('step', 'an integer that is not 0', step)
  return new Range({ start, end, step, count: Math.max(0, Math.ceil((end - start) / step)) })
}

function checkInteger(name: string, value: unknown): void {
  if (typeof value !== 'number') throw expectedType(name, 'an integer', value)
  if (!Number.isSafeInteger(value)) throw expectedRange(name, 'a safe integer', value)
}

class Range implements Source<Chunk> {
  readonly length: number
  readonly #progression: Progression

  constructor(progression: Progression) {
    this.#progression = progression
    this.length = progression.count
  }

  [openSource](options: SourceCutting): OpenedSource {
    const progression = this.#progression
    const cutting = cut(progression.count, options)
    return {
      data: { type: 'range', ...progression },
      cutting,
      total: progression.count,
      rangeOf: (first, end) => ({
        start: numberAt(progression, chunkStart(cutting, first)),
        end: numberAt(progression, chunkStart(cutting, end)),
      }),
      ...cutsOf(cutting, progression.step),
      files: [],
      segments: [],
      close() {},
    }
  }
}

/** The number at `index`; behind the last one, `end`, which the step may jump over. */
function numberAt({ start, end, step, count }: Progression, index: number): number {
  return index < count || count === 0 ? start + index * step : end
}

class MovableRangeChunk extends MovableChunk {
  count = 0

  step = 1

  override get length(): number {
    return this.count
  }

  override narrow(start: number, end: number): void {
    super.narrow(start, end)
    this.count = Math.ceil((end - start) / this.step)
  }
}

export class RangeReader implements ChunkReader {
  readonly #progression: Progression
  readonly #cutting: Cutting
  readonly #chunk: MovableRangeChunk

  constructor(data: RangeSourceData, cutting: Cutting, rank: number, local: unknown) {
    this.#progression = data
    this.#cutting = cutting
    this.#chunk = new MovableRangeChunk(rank, local)
  }

  read(index: number): Chunk {
    const chunk = this.#chunk
    const first = chunkStart(this.#cutting, index)
    const end = chunkStart(this.#cutting, index + 1)
    chunk.index = index
    chunk.start = numberAt(this.#progression, first)
    chunk.end = numberAt(this.#progression, end)
    chunk.count = end - first
    chunk.step = this.#progression.step
    return chunk
  }

  extent(first: number, end: number): number {
    return chunkStart(this.#cutting, end) - chunkStart(this.#cutting, first)
  }
}
