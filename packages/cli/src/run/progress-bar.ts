import type { WriteStream } from 'node:tty'
import type { Progress } from '@shoal/core'
import { Presets, SingleBar } from 'cli-progress'

/** A progress bar on a terminal that is gone without a trace when it stops. */
export class ProgressBar {
  readonly #bar: SingleBar
  #started = false

  constructor(stream: WriteStream) {
    const format = '{name} {bar} {percentage} % | {eta_formatted} left | {chunks} chunks'
    // The bar's own handling of signals would keep the process from ending.
    this.#bar = new SingleBar({ format, stream, clearOnComplete: true, hideCursor: true, gracefulExit: false }, Presets.shades_classic)
  }

  update(name: string, { done, total, chunks }: Progress): void {
    if (this.#started) {
      this.#bar.update(done, { chunks })
      return
    }
    this.#started = true
    this.#bar.start(total, done, { name, chunks })
  }

  stop(): void {
    if (this.#started) this.#bar.stop()
    this.#started = false
  }
}
