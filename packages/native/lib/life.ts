import { binding } from './binding.js'

/** Room of a life word: one cache line. */
export const kLifeBytes = binding.kLifeBytes as number

/**
 * Marks the calling thread as alive at `view[index]`, for good: a robust mutex that the kernel marks when the thread ends, however it
 * ends. The view is kept for as long; nothing may replace the memory under it. Throws EBUSY when the word is in use.
 */
export const lifeEnter = binding.lifeEnter as (view: Int32Array, index: number) => void

/** Whether the thread that entered still lives. Only reads, so observers never disturb each other. A stopped process is alive. */
export const lifeAlive = binding.lifeAlive as (view: Int32Array, index: number) => boolean

/** Makes the word of a dead thread free again. For one supervisor alone. Throws EBUSY when the thread lives. */
export const lifeReset = binding.lifeReset as (view: Int32Array, index: number) => void
