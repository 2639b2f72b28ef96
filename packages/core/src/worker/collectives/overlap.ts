import type { TypedArray } from '../../memory/index.js'
import { Seat } from '../../protocol/index.js'
import type { Exchange } from './exchange.js'

/**
 * Arrays of different ranks that share some elements but are not the same view can not all get the result: the ranks would write different
 * results into one element. The very same view on several ranks is fine: it counts once a rank, and all write the same.
 * @throws RangeError on both ranks.
 */
export function refuseOverlap(exchange: Exchange, array: TypedArray): void {
  const { words, doubles, rank, size } = exchange
  const own = exchange.lineOf(rank)
  if (words[own + Seat.segment] === 0) return
  for (let seat = 0; seat < size; seat++) {
    const line = exchange.lineOf(seat)
    const distance = Math.abs(doubles[(line + Seat.byteOffset) / 2]! - doubles[(own + Seat.byteOffset) / 2]!)
    if (words[line + Seat.segment] !== words[own + Seat.segment] || distance === 0 || distance >= array.byteLength) continue
    throw new RangeError(
      `Expected the same view or views that do not overlap on all ranks but those of ranks ${Math.min(rank, seat)} and ${Math.max(rank, seat)} overlap`,
    )
  }
}

/** Whether several ranks, this one or others, have given the very same view. All ranks find the same. */
export function isViewShared(exchange: Exchange): boolean {
  const { words, doubles, size } = exchange
  for (let seat = 1; seat < size; seat++) {
    const line = exchange.lineOf(seat)
    if (words[line + Seat.segment] === 0) continue
    for (let other = 0; other < seat; other++) {
      const at = exchange.lineOf(other)
      const isSame = words[at + Seat.segment] === words[line + Seat.segment]
      if (isSame && doubles[(at + Seat.byteOffset) / 2] === doubles[(line + Seat.byteOffset) / 2]) return true
    }
  }
  return false
}
