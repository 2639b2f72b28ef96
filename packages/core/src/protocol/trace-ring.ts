/** What a span of a rank is. */
export const Span = {
  /** A rank's whole part in a region, from reading the call to leaving. */
  region: 0,
  /** Consecutive chunks that were claimed together. */
  claim: 1,
  /** The last one out combines what all have brought. */
  combine: 2,
  task: 3,
} as const

export interface TraceSpan {
  readonly rank: number
  readonly kind: number
  /** Sequence number of the region; 0 for tasks. */
  readonly sequence: number
  /** Id of the kernel; -1 when the region failed before it was known. */
  readonly kernel: number
  /** Chunks `[first, end)` of a claim. */
  readonly first: number
  readonly end: number
  /** By `now()`. */
  readonly startMs: number
  readonly endMs: number
}

/** Spans that a rank keeps; older ones are overwritten. */
export const TRACE_CAPACITY = 64 * 1024
const HEADER_BYTES = 128
/** A span: two doubles, then five words. */
const SPAN_BYTES = 40
const RING_BYTES = HEADER_BYTES + TRACE_CAPACITY * SPAN_BYTES

export function traceBytes(ranks: number): number {
  return ranks * RING_BYTES
}

/**
 * The last spans of one rank in a segment that the parent reads at any time. One writer; it counts a span after it has written it. A reader
 * looks at the count again after it has read, and drops what may have been overwritten meanwhile.
 */
export class TraceRing {
  readonly #rank: number
  readonly #count: Int32Array<SharedArrayBuffer>
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #doubles: Float64Array<SharedArrayBuffer>

  constructor(buffer: SharedArrayBuffer, rank: number) {
    const base = rank * RING_BYTES
    this.#rank = rank
    this.#count = new Int32Array(buffer, base, 1)
    this.#words = new Int32Array(buffer, base + HEADER_BYTES, (TRACE_CAPACITY * SPAN_BYTES) / 4)
    this.#doubles = new Float64Array(buffer, base + HEADER_BYTES, (TRACE_CAPACITY * SPAN_BYTES) / 8)
  }

  /** Times are those of `now()`, the same for all threads and processes. */
  add(kind: number, sequence: number, kernel: number, first: number, end: number, startedAt: number, endedAt: number): void {
    const count = this.#count[0]!
    const at = ((count >>> 0) % TRACE_CAPACITY) * (SPAN_BYTES / 8)
    const doubles = this.#doubles
    const words = this.#words
    doubles[at] = startedAt
    doubles[at + 1] = endedAt
    const word = 2 * at + 4
    words[word] = kind
    words[word + 1] = sequence
    words[word + 2] = kernel
    words[word + 3] = first
    words[word + 4] = end
    Atomics.store(this.#count, 0, count + 1)
  }

  /** The spans that are there, oldest first, and how many there have been before them. */
  read(): { spans: TraceSpan[]; dropped: number } {
    const count = Atomics.load(this.#count, 0) >>> 0
    const first = Math.max(0, count + 1 - TRACE_CAPACITY)
    const spans: TraceSpan[] = []
    for (let index = first; index < count; index++) spans.push(this.#span(index))
    // While this read, the writer may have gone on, and the span after the last that it has counted may be half written over an old one.
    const later = Atomics.load(this.#count, 0) >>> 0
    const dropped = Math.max(0, later + 1 - TRACE_CAPACITY)
    return { spans: spans.slice(dropped - first), dropped }
  }

  #span(index: number): TraceSpan {
    const at = (index % TRACE_CAPACITY) * (SPAN_BYTES / 8)
    const [kind, sequence, kernel, first, end] = this.#words.subarray(2 * at + 4, 2 * at + 9)
    return {
      rank: this.#rank,
      kind: kind!,
      sequence: sequence!,
      kernel: kernel!,
      first: first!,
      end: end!,
      startMs: this.#doubles[at]!,
      endMs: this.#doubles[at + 1]!,
    }
  }
}
