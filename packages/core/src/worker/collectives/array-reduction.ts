import { expectedType, InWords } from '../../errors/index.js'
import { segmentOf, type TypedArray } from '../../memory/index.js'
import { type ReduceOp, SCRATCH_BYTES, Seat } from '../../protocol/index.js'
import { hashOf } from './call-detail.js'
import { elementLoop } from './element-loop.js'
import type { ElementType } from './element-type.js'
import type { Exchange } from './exchange.js'
import { isBitwise } from './number-operations.js'
import { isViewShared, refuseOverlap } from './overlap.js'

/** Up to here every rank reduces the whole array by itself: the second step would cost more than it saves. */
const ALONE_BYTES = 8 * 1024
/** Where this thread reduces such an array. */
const own = new ArrayBuffer(ALONE_BYTES)
/** Slices begin on lines of their own, so that no two ranks write into one. */
const LINE_BYTES = 128

export interface ArrayReduction {
  readonly signature: number
  readonly root: number
  readonly op: ReduceOp
  readonly type: ElementType
  readonly array: TypedArray
  /** Whether this rank's array gets the result. */
  readonly writeBack: boolean
}

/**
 * Reduces arrays element by element in the order of ranks, each rank's in place.
 *
 * Long arrays go through the scratch in pieces of two steps each: all publish the piece; each reduces its slice of it, over all ranks, and
 * publishes that; all copy the slices back. The work of n ranks is so divided by n.
 */
export function reduceArray(exchange: Exchange, reduction: ArrayReduction): void {
  const { signature, root, op, type, array } = reduction
  if (isBitwise(op) && type.name.startsWith('Float')) {
    throw expectedType('value', `an array of integers (op is '${op}')`, new InWords(`one of a ${type.name}`))
  }
  const line = exchange.announce(signature, root, array.length)
  exchange.words[line + Seat.segment] = memoryHash(array)
  exchange.doubles[(line + Seat.byteOffset) / 2] = array.byteOffset
  const isShared = array.byteLength <= ALONE_BYTES ? reduceAlone(exchange, reduction) : reduceInSlices(exchange, reduction)
  // Or who comes out first, and goes on with the view, would be overwritten by who still copies the result in.
  if (isShared) exchange.pass()
}

/** Both say whether several ranks have the very same view. */
function reduceAlone(exchange: Exchange, { array, type, op, writeBack }: ArrayReduction): boolean {
  const { length } = array
  copy(new type(exchange.buffer, exchange.nextScratch(), length), array)
  const isShared = meetOver(exchange, array)
  if (!writeBack) return isShared
  // Not in the array itself, which may be that of other ranks too, at work on it at this moment: all copy the same into it.
  const result = new type(own, 0, length)
  copy(result, new type(exchange.buffer, exchange.scratchOf(0), length))
  const accumulate = elementLoop(op, type)
  for (let seat = 1; seat < exchange.size; seat++) accumulate(result, new type(exchange.buffer, exchange.scratchOf(seat), length))
  copy(array, result)
  return isShared
}

function reduceInSlices(exchange: Exchange, { array, type, op, writeBack }: ArrayReduction): boolean {
  const { buffer, size, rank } = exchange
  const bytes = type.BYTES_PER_ELEMENT
  const accumulate = elementLoop(op, type)
  const pieceLength = SCRATCH_BYTES / bytes
  const viewOf = (scratch: number, start: number, end: number) => new type(buffer, scratch + start * bytes, end - start)
  let isShared = false
  for (let at = 0; at < array.length; at += pieceLength) {
    const length = Math.min(pieceLength, array.length - at)
    const sliceLength = Math.ceil(Math.ceil(length / size) / (LINE_BYTES / bytes)) * (LINE_BYTES / bytes)
    const sliceStart = (seat: number) => Math.min(length, seat * sliceLength)

    copy(viewOf(exchange.nextScratch(), 0, length), array.subarray(at, at + length))
    if (at > 0) exchange.pass()
    else isShared = meetOver(exchange, array)
    const slice = viewOf(exchange.nextScratch(), sliceStart(rank), sliceStart(rank + 1))
    copy(slice, viewOf(exchange.scratchOf(0), sliceStart(rank), sliceStart(rank + 1)))
    for (let seat = 1; seat < size; seat++) {
      accumulate(slice, viewOf(exchange.scratchOf(seat), sliceStart(rank), sliceStart(rank + 1)))
    }
    exchange.pass()
    if (!writeBack) continue
    for (let seat = 0; seat < size; seat++) {
      copy(
        array.subarray(at + sliceStart(seat), at + sliceStart(seat + 1)),
        viewOf(exchange.scratchOf(seat), sliceStart(seat), sliceStart(seat + 1)),
      )
    }
  }
  return isShared
}

function meetOver(exchange: Exchange, array: TypedArray): boolean {
  exchange.meet()
  refuseOverlap(exchange, array)
  return isViewShared(exchange)
}

function copy(target: TypedArray, source: TypedArray): void {
  // Both have one type; the union of them all does not say so.
  ;(target as Float64Array).set(source as Float64Array)
}

/** Tells views over one segment in different ranks, which have it at different addresses; 0 for memory of this rank alone. */
function memoryHash(array: TypedArray): number {
  const segment = segmentOf(array)
  if (segment === undefined) return 0
  return hashOf(segment.id)
}
