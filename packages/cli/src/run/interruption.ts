import { constants } from 'node:os'
import { endProcess } from '../end-process.js'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** What Ctrl-C, SIGTERM and a terminal that is closed do to a run: the first asks it to stop, the second ends the process. */
export class Interruption implements Disposable {
  readonly #controller = new AbortController()
  readonly #onFirst: (signal: NodeJS.Signals) => void
  readonly #beforeEnd: () => void
  #by: NodeJS.Signals | undefined

  /** @param beforeEnd called before the process is ended at once */
  constructor(onFirst: (signal: NodeJS.Signals) => void, beforeEnd: () => void) {
    this.#onFirst = onFirst
    this.#beforeEnd = beforeEnd
    for (const signal of signals) process.on(signal, this.#interrupt)
  }

  /** Aborted by the first. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The first; undefined while there was none. */
  get by(): NodeJS.Signals | undefined {
    return this.#by
  }

  /** Whether a run rejected because of it. */
  explains(error: unknown): boolean {
    const { reason } = this.signal
    return this.#by !== undefined && (error === reason || Object(error).cause === reason)
  }

  readonly #interrupt = (signal: NodeJS.Signals): void => {
    if (this.#by === undefined) {
      this.#by = signal
      this.#onFirst(signal)
      this.#controller.abort(new Error(`interrupted by ${signal}`))
      return
    }
    // Threads end with the process, and forked workers die with their parent.
    this.#beforeEnd()
    // Node waits for files that do not answer, such as those of a server that has gone: one more signal ends that.
    this[Symbol.dispose]()
    endProcess(exitCodeOf(signal))
  };

  [Symbol.dispose](): void {
    for (const signal of signals) process.off(signal, this.#interrupt)
  }
}

/** As shells have it. */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal]
}
