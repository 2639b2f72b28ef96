import { checkFunction, expectedType, requireOptions } from '../errors/index.js'
import { Segment } from '../memory/index.js'
import type { Chunk, ChunkOf, Cuttable, Source } from './chunk.js'
import { type OpenedSource, open, openSource, type SourceCutting } from './opened-source.js'
import type { ChunkReader } from './reader.js'

type AnyArgs = readonly unknown[]

/** What workers call on each chunk of a source before their kernel gets it. */
export interface ChunkRead {
  readonly read: unknown
  readonly args: AnyArgs
}

/**
 * A source of your own, made out of another one, which says how it is cut. In the worker, before the kernel, `read` gets each chunk of
 * `base`; the kernel gets the chunk's `start`, `end`, `length`, `index`, `rank` and `local`, and what `read` has returned, as one object.
 * `read` is a kernel as any other: a self-contained function, or one of a module that imports what it needs. It is synchronous.
 *
 * @throws TypeError for a `read` that is no function. The call that works on the source rejects with what `read` throws, as if the kernel
 *   had.
 * @example
 * // The row groups of a columnar file, decoded by a module of yours:
 * const { readRowGroup } = kernelsFrom<typeof import('./row-groups.js')>(new URL('./row-groups.js', import.meta.url))
 * const rowGroups = (path: string, count: number) => sourceFrom(count, readRowGroup, { args: [path] })
 * await pool.forChunks(rowGroups('trips.bin', 120), (chunk) => chunk.fares.length, { chunkLength: 1, combine: (a, b) => a + b })
 */
export function sourceFrom<B extends Cuttable, A extends AnyArgs, T extends object>(
  base: B,
  read: (chunk: ChunkOf<B>, ...args: A) => T,
  options: { args?: readonly [...A] } = {},
): Source<Chunk & T> {
  checkFunction('read', read)
  requireOptions(options)
  const { args = [] } = options
  if (!Array.isArray(args)) throw expectedType('args', 'an array', args)
  return new DerivedSource(base, { read, args }) as Source<never>
}

class DerivedSource implements Source {
  readonly length: number | undefined
  readonly #base: unknown
  readonly #read: ChunkRead

  constructor(base: Cuttable, read: ChunkRead) {
    this.length = typeof base === 'number' ? base : base instanceof Segment ? base.byteLength : base?.length
    this.#base = base
    this.#read = read
  }

  [openSource](options: SourceCutting): OpenedSource {
    const opened = open(this.#base, options)
    return { ...opened, reads: [...(opened.reads ?? []), this.#read] }
  }
}

/** Gives what `read` makes of the chunks of another reader. */
export class DerivedReader implements ChunkReader {
  readonly firstChunk: number
  readonly #base: ChunkReader
  readonly #read: (chunk: Chunk) => object

  constructor(base: ChunkReader, read: (chunk: Chunk) => object) {
    this.firstChunk = base.firstChunk ?? 0
    this.#base = base
    this.#read = read
  }

  read(index: number): Chunk {
    const chunk = this.#base.read(index)
    const more = this.#read(chunk)
    if (typeof more !== 'object' || more === null) throw expectedType('read', 'a function that returns an object', more)
    // Those of the chunk last: what they mean does not change from source to source.
    const { start, end, length, index: at, rank, local } = chunk
    return { ...more, start, end, length, index: at, rank, local }
  }

  extent(first: number, end: number): number {
    return this.#base.extent(first, end)
  }
}
