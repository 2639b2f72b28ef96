import type { Segment } from '../../memory/index.js'
import { pack, SCRATCH_BYTES, Seat, unpack } from '../../protocol/index.js'
import type { Exchange } from './exchange.js'

/** How a value lies in a step: in the line itself or, packed, in the scratch. */
const Form = { absent: 0, undefined: 1, number: 2, packed: 3, parts: 4 } as const

const nothing = new Uint8Array(0)

/** Values of any kind in the steps of an exchange: numbers without a detour, the rest packed, in pieces where they are longer than the scratch. */
export class ValueExchange {
  readonly #exchange: Exchange
  readonly #resolve: (ids: readonly string[]) => readonly Segment[]
  #outgoing: Uint8Array = nothing

  /** `resolve` gives this rank's segments for ids. */
  constructor(exchange: Exchange, resolve: (ids: readonly string[]) => readonly Segment[]) {
    this.#exchange = exchange
    this.#resolve = resolve
  }

  /** Adds `value` to the line that was announced. */
  bring(line: number, value: unknown): void {
    if (typeof value === 'number') {
      this.#exchange.doubles[(line + Seat.value) / 2] = value
      this.#fill(line, Form.number, nothing)
    } else if (value === undefined) this.#fill(line, Form.undefined, nothing)
    else this.#fill(line, Form.packed, pack(value).bytes)
  }

  bringNothing(line: number): void {
    this.#fill(line, Form.absent, nothing)
  }

  /** One value for each rank: a table of where each begins and ends, in doubles, then the values. */
  bringParts(line: number, values: readonly unknown[]): void {
    const parts = values.map((value) => pack(value).bytes)
    const table = new Float64Array(parts.length + 1)
    let end = table.byteLength
    for (const [index, part] of parts.entries()) {
      table[index] = end
      end += part.byteLength
    }
    table[parts.length] = end
    this.#fill(line, Form.parts, Buffer.concat([new Uint8Array(table.buffer), ...parts]))
  }

  /** What `seat` has brought, where all others have brought nothing. */
  receiveFrom(seat: number): unknown {
    const line = this.#exchange.lineOf(seat)
    if (this.#exchange.words[line + Seat.form] === Form.number) return this.#exchange.doubles[(line + Seat.value) / 2]
    return this.receive(seat, seat + 1)[0]
  }

  /** What the seats `[first, end)` have brought. Every rank calls this, with an empty range if it wants nothing: there may be more pieces. */
  receive(first: number, end: number): unknown[] {
    const exchange = this.#exchange
    const { words, doubles } = exchange
    let longest = 0
    for (let seat = 0; seat < exchange.size; seat++) {
      longest = Math.max(longest, doubles[(exchange.lineOf(seat) + Seat.byteLength) / 2]!)
    }
    const values: unknown[] = []
    const incoming: Incoming[] = []
    for (let seat = first; seat < end; seat++) {
      const line = exchange.lineOf(seat)
      const form = words[line + Seat.form]
      if (form === Form.number) values.push(doubles[(line + Seat.value) / 2])
      else if (form === Form.undefined) values.push(undefined)
      else incoming.push(this.#begin(seat, values.push(undefined) - 1))
    }
    for (let at = SCRATCH_BYTES; at < longest; at += SCRATCH_BYTES) {
      this.#publish(at)
      exchange.pass()
      for (const one of incoming) one.add(at, this.#piece(one.seat))
    }
    this.#outgoing = nothing
    for (const one of incoming) values[one.index] = unpack(one.bytes, this.#resolve)
    return values
  }

  #begin(seat: number, index: number): Incoming {
    const line = this.#exchange.lineOf(seat)
    const byteLength = this.#exchange.doubles[(line + Seat.byteLength) / 2]!
    const isParts = this.#exchange.words[line + Seat.form] === Form.parts
    const table = isParts && new Float64Array(this.#exchange.buffer, this.#exchange.scratchOf(seat), this.#exchange.size + 1)
    const start = table ? table[this.#exchange.rank]! : 0
    const end = table ? table[this.#exchange.rank + 1]! : byteLength
    const incoming = new Incoming(seat, index, start, end)
    incoming.add(0, this.#piece(seat))
    return incoming
  }

  #fill(line: number, form: number, bytes: Uint8Array): void {
    this.#exchange.words[line + Seat.form] = form
    this.#exchange.doubles[(line + Seat.byteLength) / 2] = bytes.byteLength
    this.#outgoing = bytes
    if (bytes.byteLength > 0) this.#publish(0)
  }

  /** Puts the piece that begins at `at` into the scratch of the step to come. */
  #publish(at: number): void {
    const piece = this.#outgoing.subarray(at, at + SCRATCH_BYTES)
    if (piece.byteLength > 0) new Uint8Array(this.#exchange.buffer, this.#exchange.nextScratch(), piece.byteLength).set(piece)
  }

  #piece(seat: number): Uint8Array {
    return new Uint8Array(this.#exchange.buffer, this.#exchange.scratchOf(seat), SCRATCH_BYTES)
  }
}

/** The bytes `[start, end)` of what a seat publishes piece by piece. */
class Incoming {
  readonly seat: number
  /** Its place among the values that are received. */
  readonly index: number
  readonly bytes: Uint8Array
  readonly #start: number
  readonly #end: number

  constructor(seat: number, index: number, start: number, end: number) {
    this.seat = seat
    this.index = index
    this.bytes = new Uint8Array(end - start)
    this.#start = start
    this.#end = end
  }

  /** `piece` lies at `at`; what of it is wanted is copied out, since the scratch is used again. */
  add(at: number, piece: Uint8Array): void {
    const from = Math.max(at, this.#start)
    const to = Math.min(at + piece.byteLength, this.#end)
    if (from < to) this.bytes.set(piece.subarray(from - at, to - at), from - this.#start)
  }
}
