interface Listening {
  readonly listeners: Set<() => void>
  readonly tell: () => void
}

const listening = new WeakMap<AbortSignal, Listening>()

/**
 * Calls `listener` when `signal` is aborted, until the function that this returns is called. However many calls, waits and pools share a
 * signal, it has one listener of theirs: of more than ten Node warns as of a leak.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  const { listeners, tell } = listening.get(signal) ?? listen(signal)
  listeners.add(listener)
  return () => {
    // Once: others may have begun to listen anew meanwhile.
    if (!listeners.delete(listener) || listeners.size > 0) return
    signal.removeEventListener('abort', tell)
    listening.delete(signal)
  }
}

function listen(signal: AbortSignal): Listening {
  const listeners = new Set<() => void>()
  const tell = (): void => {
    for (const listener of listeners) listener()
    // The signal may be there for long, and what has been told of it is not to be.
    listeners.clear()
  }
  signal.addEventListener('abort', tell, { once: true })
  const begun = { listeners, tell }
  listening.set(signal, begun)
  return begun
}
