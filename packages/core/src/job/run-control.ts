/**
 * Whether a run goes on. It is stopped softly, so that nothing begins any more and what runs is finished, or hard, so that what runs is ended
 * too. The first reason counts.
 */
export class RunControl {
  readonly #hard = new AbortController()
  #reason: { readonly error: unknown } | undefined
  #onStop: (() => void)[] = []

  /** Ends the regions that are running. */
  get signal(): AbortSignal {
    return this.#hard.signal
  }

  get isStopped(): boolean {
    return this.#reason !== undefined
  }

  /** What the run is to reject with. */
  throwIfStopped(): void {
    if (this.#reason !== undefined) throw this.#reason.error
  }

  /** Called once, when it is stopped in whatever way. */
  onStop(listener: () => void): void {
    if (this.isStopped) listener()
    else this.#onStop.push(listener)
  }

  /** What `running` comes to, unless the run is stopped hard before. */
  async orStopped<T>(running: T): Promise<Awaited<T>> {
    let onAbort!: () => void
    const stopped = new Promise<never>((_, reject) => {
      onAbort = () => reject(this.#reason!.error)
    })
    this.signal.addEventListener('abort', onAbort)
    if (this.signal.aborted) onAbort()
    try {
      return await Promise.race([running, stopped])
    } finally {
      this.signal.removeEventListener('abort', onAbort)
    }
  }

  stop(error: unknown, how: 'soft' | 'hard'): void {
    const isFirst = this.#reason === undefined
    this.#reason ??= { error }
    if (isFirst) for (const listener of this.#onStop.splice(0)) listener()
    if (how === 'hard') this.#hard.abort(error)
  }
}
