import * as timers from 'node:timers'

/**
 * Timers as they were when the library was loaded. Tests put fakes that stand still in the place of the global ones, and of those of the module:
 * what the library waits with goes by the real ones.
 */
export const { clearInterval, clearTimeout, setInterval, setTimeout } = timers

const { setImmediate } = timers

/** Resolves when the event loop has had its turn. With `ref` false, that does not keep the process alive. */
export function nextTurn({ ref = true } = {}): Promise<void> {
  return new Promise((resolve) => {
    const immediate = setImmediate(resolve)
    if (!ref) immediate.unref()
  })
}
