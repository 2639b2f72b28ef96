import { adviseMapping, isMapped, isMappingAdvice, type MappingAdvice, punchMapping, syncMapping, unmap } from '@shoal/native'
import { checkAbortSignal, checkFunction, checkOptions, expectedType, ShoalError } from '../errors/index.js'
import { type Backing, subjectOf } from './backing.js'
import { throwIfDamaged } from './damage.js'
import { failpoint } from './failpoint.js'
import { operations } from './later.js'
import type { Access, CreateOptions, OpenOptions, OpenTarget, SegmentDescriptor, SegmentKind } from './options.js'
import type { PrefaultOptions } from './prefault.js'
import { naming } from './segment-error.js'
import { setSegmentOfBuffer } from './segment-of-buffer.js'
import type { SegmentStat } from './stat.js'
import { viewOver } from './view-over.js'
import type { ReadonlyView, SharedOf, ViewConstructor } from './views.js'

/** For the rest of this room: a segment over a backing, and the backing of an open segment. */
export let segmentOver: (backing: Backing) => Segment
export let backingOf: (segment: Segment) => Backing

/** How many regions use a segment: it cannot be freed meanwhile. */
const holds = new WeakMap<Segment, number>()

/** Keeps `free()` away until the answer is called. */
export function holdSegment(segment: Segment): () => void {
  holds.set(segment, (holds.get(segment) ?? 0) + 1)
  return () => holds.set(segment, holds.get(segment)! - 1)
}

/**
 * Whether what was seen through these segments can be relied on, for the end of a call that used them. Closed ones are left out.
 * @throws ShoalError SHOAL_SEGMENT_TRUNCATED, SHOAL_SEGMENT_IO, SHOAL_SEGMENT_READONLY
 */
export let checkDamage: (segments: readonly Segment[]) => void

/** Whether this process has let go of it. */
export let isClosed: (segment: Segment) => boolean

/** What `view` of a segment opened with `A` gives. */
type ViewOf<A extends Access, C extends ViewConstructor> = [A] extends ['readonly'] ? ReadonlyView<SharedOf<C>> : SharedOf<C>

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
    isClosed = (segment) => segment.#closed
    checkDamage = (segments) => {
      for (const segment of segments) if (!segment.#closed) throwIfDamaged(segment.#backing)
    }
  }

  private constructor(backing: Backing) {
    this.#backing = backing
    if (backing.isPlain !== true) setSegmentOfBuffer(backing.buffer, this)
  }

  /**
   * New zeroed memory. Names that exist are refused.
   * @throws ShoalError SHOAL_SEGMENT_EXISTS, _FULL, _LIMIT, _ACCESS, _HUGE_PAGES, SHOAL_MEMORY_CGROUP, SHOAL_REGISTRY_REFUSED
   */
  static create(options: CreateOptions): Segment<'readwrite'> {
    return new Segment<'readwrite'>(operations().createBacking(options))
  }

  /**
   * Memory that exists: by key, id, name, path or descriptor.
   * @throws ShoalError SHOAL_SEGMENT_NOT_FOUND, _NOT_A_FILE, _SIZE, _ACCESS, _UNFINISHED, _LIMIT
   */
  static open<A extends Access = 'readwrite'>(options: OpenOptions<A>): Segment<A> {
    return new Segment<A>(operations().openBacking(options))
  }

  /**
   * For programs that start in any order: one of them creates, all get the same memory.
   * @throws ShoalError SHOAL_SEGMENT_SIZE where it exists with another length; else as `create` and `open`
   */
  static openOrCreate(options: CreateOptions): { segment: Segment<'readwrite'>; created: boolean } {
    const { backing, created } = operations().openOrCreateBacking(options)
    return { segment: new Segment<'readwrite'>(backing), created }
  }

  /** The named segments that this user's programs have created and that are still there. */
  static list(): SegmentStat[] {
    return operations().listSegments()
  }

  /** The name goes; who has the memory keeps it. No error where there is none. */
  static remove(target: OpenTarget): void {
    naming('segment', () => operations().removeTarget(target))
  }

  /** Removes what dead processes of this user left behind; nothing that anybody else made or still uses. */
  static clean(): Promise<{ removed: SegmentDescriptor[] }> {
    return operations().cleanSegments()
  }

  /** @throws ShoalError SHOAL_SEGMENT_CLOSED, _TRUNCATED, _IO, _READONLY; as all operations but `close` */
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

  /** Plain data that opens the same memory in another process of this machine and user, while this one has it. */
  get descriptor(): SegmentDescriptor {
    return operations().describe(this.#use())
  }

  /**
   * A typed array over the segment, `length` elements from `byteOffset` on.
   * @throws RangeError where it does not fit, is misaligned or, on Node 20, has more than 2^32 elements
   */
  view<C extends ViewConstructor>(type: C, byteOffset?: number, length?: number): ViewOf<A, C> {
    return viewOver(this.#use().buffer, type, byteOffset, length) as ViewOf<A, C>
  }

  /** Returns when the bytes of a file are on its device; nothing to do for the other kinds. */
  sync(): void {
    const { mapping, kind } = this.#use()
    if (mapping !== undefined && kind === 'file') naming(this.#subject(), () => syncMapping(mapping))
  }

  /** How the memory is going to be used. `hugepage` only allows huge pages; `create({ hugePages })` makes them. */
  advise(advice: MappingAdvice): void {
    if (!isMappingAdvice(advice))
      throw expectedType('advice', "'normal', 'sequential', 'random', 'willneed', 'dontneed' or 'hugepage'", advice)
    const { mapping } = this.#use()
    if (mapping !== undefined) naming(this.#subject(), () => adviseMapping(mapping, advice))
  }

  /**
   * Has all pages allocated, or read in, before the work starts: in parallel, off the main thread.
   * @throws ShoalError SHOAL_SEGMENT_FULL, SHOAL_MEMORY_CGROUP, SHOAL_SEGMENT_CLOSED where it is closed meanwhile; the signal's reason
   */
  async prefault(options: PrefaultOptions = {}): Promise<void> {
    checkOptions(options)
    checkAbortSignal(options.signal)
    if (options.onProgress !== undefined) checkFunction('onProgress', options.onProgress)
    const { mapping, byteLength, kind } = this.#use()
    options.signal?.throwIfAborted()
    if (mapping === undefined) return
    const { checkRestOfBudget, prefault } = operations()
    if (kind !== 'file') checkRestOfBudget(this.#subject(), mapping, byteLength)
    const checkUse = () => void this.#use()
    await prefault(mapping, byteLength, options, checkUse).catch((cause: unknown) => naming(this.#subject(), () => rethrow(cause)))
  }

  /** What the kernel and the registry say of it now: pages, permissions, times, and whether its creator lives. */
  stat(): SegmentStat {
    const backing = this.#use()
    const { ownerOf, statBacking } = operations()
    return statBacking(backing, ownerOf(backing))
  }

  /** The name goes; who has the memory keeps it. Idempotent; nothing to do for anonymous segments. */
  remove(): void {
    const { name, creation } = this.#backing
    if (name !== undefined) naming(this.#subject(), () => operations().removeName(name))
    if (creation?.record !== undefined) operations().dropRecord(creation.record)
    failpoint('remove.2')
  }

  /**
   * This process lets go, and with it the threads that were handed this segment; the object itself is untouched, but for its name, which goes if this segment created it without `persist`.
   * Views that are still around read zeros. Idempotent.
   */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    const { buffer, creation, mapping, adopted, isPlain } = this.#backing
    if (isPlain !== true) setSegmentOfBuffer(buffer, undefined)
    if (creation !== undefined && !creation.persist) this.remove()
    if (mapping !== undefined && adopted !== true) unmap(mapping)
  }

  /**
   * Gives the pages back for everybody who has the segment, and closes it. Only for who created it, and not for files or with `persist`.
   * Idempotent.
   * @throws TypeError for files and for what was opened
   * @throws ShoalError SHOAL_SEGMENT_BUSY while a call of a pool uses it
   */
  free(): void {
    const { creation, kind, mapping } = this.#backing
    if (creation === undefined || creation.persist || kind === 'file') {
      throw new TypeError(
        `Expected a segment that was created here without persist for free(), but this is ${this.#origin()}; close() lets go of it`,
      )
    }
    if ((holds.get(this) ?? 0) > 0) {
      throw new ShoalError('SHOAL_SEGMENT_BUSY', `The ${this.#subject()} is used by a call of a pool: await that before free()`)
    }
    if (this.#closed) return
    if (mapping !== undefined) naming(this.#subject(), () => punchMapping(mapping))
    this.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #use(): Backing {
    if (this.#isClosed())
      throw new ShoalError('SHOAL_SEGMENT_CLOSED', `The ${this.#subject()} has been closed: close it after its last use, or open it again`)
    throwIfDamaged(this.#backing)
    return this.#backing
  }

  /** Also by the thread that has made the buffer. */
  #isClosed(): boolean {
    const { adopted, mapping } = this.#backing
    return this.#closed || (adopted === true && mapping !== undefined && !isMapped(mapping))
  }

  #subject(): string {
    return subjectOf(this.#backing)
  }

  #origin(): string {
    if (this.kind === 'file') return 'a file'
    return this.#backing.creation === undefined ? `a ${this.kind} segment that was opened` : `a persistent ${this.kind} segment`
  }
}

function rethrow(error: unknown): never {
  throw error
}
