import { part } from './binding.js'

const native = part('wait-async')

interface WordWatcher {
  /** An id, for the callback or `cancel`. The view has to be kept until then. */
  watch(view: Int32Array, index: number, expected: number, timeoutMs: number): number
  cancel(id: number): void
}

const Watcher = native.WordWatcher as new (over: (ids: readonly number[]) => void) => WordWatcher

let watcher: WordWatcher | undefined
const pending = new Map<number, { readonly view: Int32Array; readonly callback: () => void }>()

/**
 * Calls back once `view[index]` is no longer `expected`, somebody has woken it, or `timeoutMs` (an hour at most) have passed. One thread
 * waits for all such words of the calling thread. Keeps the event loop alive.
 *
 * @returns a function that cancels: there will be no callback.
 */
export function waitAsync(view: Int32Array, index: number, expected: number, timeoutMs: number, callback: () => void): () => void {
  watcher ??= new Watcher(callBack)
  const id = watcher.watch(view, index, expected, timeoutMs)
  pending.set(id, { view, callback })
  return () => {
    if (pending.delete(id)) watcher?.cancel(id)
  }
}

function callBack(ids: readonly number[]): void {
  for (const id of ids) {
    const wait = pending.get(id)
    pending.delete(id)
    wait?.callback()
  }
}
