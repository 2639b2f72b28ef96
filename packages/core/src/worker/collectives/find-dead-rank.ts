import { lifeAlive } from '@shoal/native'
import { Entry, Presence, Rank, Slot, Watch } from '../../protocol/index.js'
import type { Region } from '../region.js'

/** The number in the region of a rank that has died in it, by its life word; −1 while all live. */
export function findDeadRank(region: Region): number {
  const { words, base, slot } = region
  const { layout } = region.control
  for (let seat = 0; seat < region.width; seat++) {
    const rank = words[layout.entry(slot, seat) + Entry.rank]!
    // A synchronous caller stands in for worker 0, which sleeps meanwhile. It is the parent: who outlives it is ended by other means.
    if (rank === 0 && Atomics.load(words, base + Slot.watch) >= Watch.callerLooks) continue
    if (Atomics.load(words, layout.presence(slot, seat)) === Presence.inside && !lifeAlive(words, layout.rank(rank) + Rank.life))
      return seat
  }
  return -1
}
