import { part } from './binding.js'

const native = part('life')

/** Room of a life word: one cache line. */
export const kLifeBytes = native.kLifeBytes as number

/**
 * Marks the calling thread as alive at `view[index]`, for good: a robust mutex that the kernel marks when the thread ends, however it
 * ends. The view is kept for as long; nothing may replace the memory under it. Throws EBUSY when the word is in use.
 */
export const lifeEnter = native.lifeEnter as (view: Int32Array, index: number) => void

/** What Linux keeps in the futex word of a robust mutex: the holder, and whether that has ended. `RobustMutex::Read` of src/sys does, too. */
const TID_MASK = 0x3fff_ffff
const OWNER_DIED = 0x4000_0000

const lifeWord = native.lifeWord as () => number
let word = -1

/**
 * Whether the thread that entered still lives. Only reads, so observers never disturb each other: one word, without a native call, which takes
 * longer. A stopped process is alive.
 */
export function lifeAlive(view: Int32Array, index: number): boolean {
  if (word === -1) word = lifeWord()
  const seen = Atomics.load(view, index + word)
  return (seen & OWNER_DIED) === 0 && (seen & TID_MASK) !== 0
}

/** Makes the word of a dead thread free again. For one supervisor alone. Throws EBUSY when the thread lives. */
export const lifeReset = native.lifeReset as (view: Int32Array, index: number) => void
