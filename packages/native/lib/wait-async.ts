import { binding } from './binding.js'

type WaitAsync = (view: Int32Array, index: number, expected: number, timeoutMs: number, callback: () => void) => () => void

const native = binding.waitAsync as WaitAsync

/**
 * Calls back once `view[index]` is no longer `expected`, or `timeoutMs` (an hour at most) have passed, or it is cancelled. A thread of
 * its own waits. Keeps the event loop alive.
 *
 * @returns a function that cancels.
 */
export function waitAsync(view: Int32Array, index: number, expected: number, timeoutMs: number, callback: () => void): () => void {
  let called = false
  const cancel = native(view, index, expected, timeoutMs, () => {
    called = true
    callback()
  })
  // The native wait is gone once it has called back.
  return () => {
    if (!called) cancel()
  }
}
