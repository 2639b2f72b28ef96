import { unmap } from '@shoal/native'
import { ShoalError } from '../errors/index.js'
import type { Backing } from './backing.js'
import { createBacking } from './create.js'
import { openBacking } from './open.js'
import type { Access, CreateOptions, OpenOptions, SegmentKind } from './options.js'
import { viewOver } from './view-over.js'
import type { ReadonlyView, SharedOf, ViewConstructor } from './views.js'

const segments = new WeakMap<SharedArrayBuffer, Segment>()

/** The open segment whose memory this is. */
export function segmentOfBuffer(buffer: SharedArrayBuffer): Segment | undefined {
  return segments.get(buffer)
}

/** For the rest of this room: a segment over a backing, and the backing of a segment. */
export let segmentOver: (backing: Backing) => Segment
export let backingOf: (segment: Segment) => Backing

/**
 * A block of memory that threads and processes share.
 *
 * @example
 * const segment = Segment.open({ kind: 'file', path: 'samples.f64', access: 'readonly' })
 * const samples = segment.view(Float64Array)
 */
export class Segment<A extends Access = Access> implements Disposable {
  readonly #backing: Backing
  #closed = false

  static {
    segmentOver = (backing) => new Segment(backing)
    backingOf = (segment) => segment.#use()
  }

  private constructor(backing: Backing) {
    this.#backing = backing
    segments.set(backing.buffer, this)
  }

  /**
   * New zeroed memory. Names that exist are refused.
   * @throws ShoalError SHOAL_SEGMENT_EXISTS, SHOAL_SEGMENT_FULL, SHOAL_SEGMENT_LIMIT, SHOAL_SEGMENT_ACCESS
   */
  static create(options: CreateOptions): Segment<'readwrite'> {
    return new Segment<'readwrite'>(createBacking(options))
  }

  /**
   * Memory that exists: by key, id, name or path.
   * @throws ShoalError SHOAL_SEGMENT_NOT_FOUND, SHOAL_SEGMENT_NOT_A_FILE, SHOAL_SEGMENT_SIZE, SHOAL_SEGMENT_ACCESS, SHOAL_SEGMENT_UNFINISHED
   */
  static open<A extends Access = 'readwrite'>(options: OpenOptions<A>): Segment<A> {
    return new Segment<A>(openBacking(options))
  }

  get buffer(): SharedArrayBuffer {
    return this.#use().buffer
  }

  /** Exactly as created or found, not rounded to pages. */
  get byteLength(): number {
    return this.#backing.byteLength
  }

  get kind(): SegmentKind {
    return this.#backing.kind
  }

  get access(): A {
    return this.#backing.access as A
  }

  /** The same in every thread and process that was handed this segment. */
  get id(): string {
    return this.#backing.id
  }

  /**
   * A typed array over the segment, `length` elements from `byteOffset` on.
   * @throws RangeError where it does not fit, is misaligned or, on Node 20, has more than 2^32 elements
   */
  view<C extends ViewConstructor>(
    type: C,
    byteOffset?: number,
    length?: number,
  ): [A] extends ['readonly'] ? ReadonlyView<SharedOf<C>> : SharedOf<C> {
    return viewOver(this.#use().buffer, type, byteOffset, length) as [A] extends ['readonly'] ? ReadonlyView<SharedOf<C>> : SharedOf<C>
  }

  /** This process lets go; the object itself is untouched. Views that are still around read zeros. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    segments.delete(this.#backing.buffer)
    if (this.#backing.mapping !== undefined) unmap(this.#backing.mapping)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #use(): Backing {
    if (this.#closed) throw new ShoalError('SHOAL_SEGMENT_CLOSED', `The ${this.kind} segment ${this.id} has been closed`)
    return this.#backing
  }
}
