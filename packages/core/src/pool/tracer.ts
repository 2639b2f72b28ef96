import { Segment } from '../memory/index.js'
import { type KernelReference, Span, TRACE_CAPACITY, TraceRing, type TraceSpan, traceBytes } from '../protocol/index.js'
import { now } from '../sync/index.js'
import { kernelName } from './kernel-reference.js'

/**
 * An event of the Trace Event Format: a span of a rank (`X`), the begin or end of a call (`b`, `e`), or a name (`M`).
 * `ts` and `dur` are microseconds since the pool was made.
 */
export interface TraceEvent {
  readonly name: string
  readonly cat?: string
  readonly ph: 'X' | 'b' | 'e' | 'M'
  readonly ts: number
  readonly dur?: number
  readonly pid: number
  readonly tid: number
  readonly id?: string
  readonly args?: Readonly<Record<string, unknown>>
}

/** The JSON object form of the Trace Event Format: what ui.perfetto.dev and chrome://tracing open. */
export interface Trace {
  readonly traceEvents: readonly TraceEvent[]
  readonly displayTimeUnit: 'ms'
  /** How many older spans and calls have been overwritten. */
  readonly otherData: { readonly pool: string; readonly dropped: number }
}

/** One call, by the clock of the creating thread. */
export interface CallSpan {
  readonly kind: string
  readonly kernel: KernelReference
  readonly submittedAt: number
  readonly startedAt: number
  readonly endedAt: number
}

/** Row of the calls; ranks have the rows below. */
const CALLS_ROW = 0

/** Keeps what a pool and its workers record, and makes a trace of it. */
export class Tracer {
  /** A ring for each rank, which workers write to. Stays when the pool is closed, so that the trace can be read then. */
  readonly segment: Segment
  readonly #name: string
  readonly #ranks: number
  readonly #calls: CallSpan[] = []
  #callCount = 0
  readonly #originMs = now()

  constructor(name: string, ranks: number) {
    this.#name = name
    this.#ranks = ranks
    this.segment = Segment.create({ kind: 'anonymous', byteLength: traceBytes(ranks) })
  }

  addCall(call: CallSpan): void {
    this.#calls[this.#callCount++ % TRACE_CAPACITY] = call
  }

  trace(): Trace {
    const rings = Array.from({ length: this.#ranks }, (_, rank) => new TraceRing(this.segment.buffer, rank).read())
    const dropped = rings.reduce((sum, ring) => sum + ring.dropped, Math.max(0, this.#callCount - TRACE_CAPACITY))
    const events = [
      ...this.#calls.flatMap((call, index) => this.#callEvents(call, index)),
      ...rings.flatMap((ring) => ring.spans.map((span) => this.#spanEvent(span))),
    ]
    return {
      traceEvents: [...this.#names(), ...events.sort((a, b) => a.ts - b.ts)],
      displayTimeUnit: 'ms',
      otherData: { pool: this.#name, dropped },
    }
  }

  #names(): TraceEvent[] {
    const name = (tid: number, what: string, args: Record<string, unknown>): TraceEvent => {
      return { name: what, ph: 'M', ts: 0, pid: process.pid, tid, args }
    }
    const rows = ['calls', ...Array.from({ length: this.#ranks }, (_, rank) => `rank ${rank}`)]
    return [
      name(CALLS_ROW, 'process_name', { name: `pool ${this.#name}` }),
      ...rows.flatMap((row, tid) => [name(tid, 'thread_name', { name: row }), name(tid, 'thread_sort_index', { sort_index: tid })]),
    ]
  }

  /** Calls may overlap in any way, so they are pairs of asynchronous events. */
  #callEvents({ kind, kernel, submittedAt, startedAt, endedAt }: CallSpan, index: number): TraceEvent[] {
    const common = { name: `${kind} ${kernelName(kernel)}`, cat: 'call', pid: process.pid, tid: CALLS_ROW, id: `call-${index}` }
    return [
      { ...common, ph: 'b', ts: this.#microseconds(submittedAt), args: { waitMs: startedAt - submittedAt } },
      { ...common, ph: 'e', ts: this.#microseconds(endedAt) },
    ]
  }

  #spanEvent({ rank, kind, sequence, kernel, first, end, startMs, endMs }: TraceSpan): TraceEvent {
    const ts = this.#microseconds(startMs)
    const common = { ph: 'X', ts, dur: this.#microseconds(endMs) - ts, pid: process.pid, tid: rank + 1 } as const
    const name = kernel === -1 ? 'unknown' : kernelName({ id: kernel })
    switch (kind) {
      case Span.claim: {
        const what = end - first === 1 ? `chunk ${first}` : `chunks ${first} to ${end - 1}`
        return { ...common, name: what, cat: 'chunks', args: { region: sequence, first, end } }
      }
      case Span.combine:
        return { ...common, name: 'combine', cat: 'combine', args: { region: sequence } }
      case Span.task:
        return { ...common, name, cat: 'task' }
      default:
        return { ...common, name, cat: 'region', args: { region: sequence } }
    }
  }

  #microseconds(ms: number): number {
    return (ms - this.#originMs) * 1000
  }
}
