import type { Progress } from '../../pool/index.js'
import { NeighbourTree } from '../../schedule/index.js'
import { now } from '../../sync/index.js'
import { joinOutcomes, type Outcome } from './outcome.js'
import { halvesOf, Remaining, ROOT_LEVEL, type TreePlace, type Window } from './remaining.js'
import { isTooLarge } from './too-large.js'
import { type DoneWindow, WindowRunner, type WindowRunnerOptions } from './window-runner.js'
import { type WindowBytes, WindowSize } from './window-size.js'

export interface RunChunksOptions extends WindowRunnerOptions {
  /** False: all at once, in one region, unless more comes of it than that can return. */
  readonly isWindowed: boolean
  /** Windows are handed to `accept` in the order of chunks. */
  readonly isOrdered: boolean
  /** What an earlier run has done. */
  readonly done: readonly (TreePlace & { readonly outcome: Outcome })[]
  /** Takes a window that is done: writes, and commits. Returns how many bytes that were. */
  readonly accept: (done: DoneWindow) => Promise<WindowBytes>
  /** How far the windows that are being worked on are. */
  readonly onProgress: (progress: { extent: number; chunks: number; retries: number }) => void
}

/** A window that is being worked on, or waits to be accepted. */
interface Flight {
  readonly window: Window
  readonly startedAt: number
  progress: Progress | undefined
  /** Resolves when it has landed; never rejects. */
  readonly landing: Promise<void>
  landed: (DoneWindow & { elapsedMs: number }) | { readonly error: unknown } | undefined
}

const NOTHING: Outcome = { value: undefined }

/** The pool has room for so many regions side by side; one place is left to others. */
const MAX_FLIGHTS = 7

/**
 * Works on all chunks of a source that are not done yet, in windows that overlap, so that no worker waits at the end of one; combines what
 * comes of them along the one tree over all chunks.
 */
export class RunChunks {
  readonly #options: RunChunksOptions
  readonly #count: number
  readonly #flights: Flight[] = []
  readonly #size: WindowSize
  readonly #runner: WindowRunner
  #doneExtent = 0
  #doneChunks = 0
  #isWaiting = true
  #isWindowed: boolean

  constructor(options: RunChunksOptions) {
    this.#options = options
    this.#isWindowed = options.isWindowed
    this.#size = new WindowSize(leastLevel(options.pool.size))
    this.#count = Math.max(1, options.opened.cutting.count)
    this.#runner = new WindowRunner(options, this.#count)
  }

  async run(): Promise<unknown> {
    const { control, kernels, done } = this.#options
    const { isTotalled } = kernels
    const tree = new NeighbourTree<Outcome>(this.#count, (a, b) => (isTotalled ? joinOutcomes(a, b, kernels.combineHere) : a))
    for (const { level, index, outcome } of done) tree.add(level, index, outcome)
    let remaining = new Remaining(this.#count, done)
    let failure: { readonly at: number; readonly error: unknown } | undefined
    const stopped = new Promise<void>((resolve) => control.onStop(resolve))
    for (;;) {
      while (!control.isStopped && failure === undefined && this.#hasRoom()) {
        const window = remaining.next(this.#isWindowed ? this.#size.level : ROOT_LEVEL)
        if (window === undefined) break
        this.#flights.push(this.#launch(window))
      }
      if (this.#flights.length === 0) break
      const flying = this.#flights.filter(({ landed }) => landed === undefined)
      if (flying.length === this.#flights.length || (this.#options.isOrdered && this.#flights[0]!.landed === undefined)) {
        await Promise.race([...flying.map(({ landing }) => landing), ...(this.#isWaiting ? [stopped] : [])])
        this.#isWaiting = !control.isStopped
      }
      for (const { window, landed } of this.#takeLanded()) {
        if ('error' in landed && this.#isToBeWindowed(landed.error)) {
          // How much comes together in one region depends on who is done when: it must not decide whether the job succeeds.
          this.#isWindowed = true
          remaining = new Remaining(this.#count, done)
        } else if ('error' in landed) {
          if (failure === undefined || window.first < failure.at) failure = { at: window.first, error: landed.error }
        } else if (failure === undefined || !this.#options.isOrdered) {
          try {
            // First: combined with what its neighbours came to, it may be changed.
            await this.#accept(landed)
            tree.add(window.level, window.index, isTotalled ? landed.outcome : NOTHING)
          } catch (error) {
            control.stop(error, 'hard')
            failure ??= { at: window.first, error }
          }
        }
      }
    }
    control.throwIfStopped()
    if (failure !== undefined) throw failure.error
    const [root] = tree.nodes()
    const outcome = root!.value
    if ('value' in outcome) return outcome.value
    return this.#runner.runEmpty()
  }

  async #accept(done: DoneWindow & { elapsedMs: number }): Promise<void> {
    const bytes = await this.#options.accept(done)
    this.#size.learn(done.window.level, done.elapsedMs, bytes)
    const { opened } = this.#options
    const { first, end } = done.window
    this.#doneExtent += opened.extentBefore(end) - opened.extentBefore(first)
    this.#doneChunks += end - first
    this.#report()
  }

  /** Those that can be accepted now. */
  #takeLanded(): { window: Window; landed: NonNullable<Flight['landed']> }[] {
    const taken: { window: Window; landed: NonNullable<Flight['landed']> }[] = []
    for (let at = 0; at < this.#flights.length; ) {
      const { window, landed } = this.#flights[at]!
      if (landed !== undefined) {
        this.#flights.splice(at, 1)
        taken.push({ window, landed })
      } else if (this.#options.isOrdered) break
      else at++
    }
    return taken
  }

  /** Two windows at least, so that whoever is done with one finds work in the next; more while they have fewer chunks than there are workers. */
  #hasRoom(): boolean {
    if (!this.#isWindowed) return this.#flights.length === 0
    const { size } = this.#options.pool
    const flying = this.#flights.filter(({ landed }) => landed === undefined)
    const chunks = flying.reduce((sum, { window }) => sum + window.end - window.first, 0)
    if (this.#flights.length >= 2 * MAX_FLIGHTS || flying.length >= Math.min(size + 1, MAX_FLIGHTS)) return false
    return flying.length < 2 || chunks < 2 * size
  }

  #launch(window: Window): Flight {
    let land!: () => void
    const flight: Flight = {
      window,
      startedAt: now(),
      progress: undefined,
      landing: new Promise((resolve) => {
        land = resolve
      }),
      landed: undefined,
    }
    const onProgress = (progress: Progress | undefined): void => {
      flight.progress = progress
      if (progress !== undefined) this.#report()
    }
    this.#runner
      .run(window, onProgress)
      .then(
        (done) => {
          flight.landed = { ...done, elapsedMs: now() - flight.startedAt }
        },
        (error: unknown) => {
          if (!this.#split(flight, error)) flight.landed = { error }
        },
      )
      .finally(land)
    return flight
  }

  #isToBeWindowed(error: unknown): boolean {
    return !this.#isWindowed && isTooLarge(error) && this.#count > 1 && !this.#options.control.isStopped
  }

  /** In the place of a window of which more came than the pool can take: its halves. */
  #split(flight: Flight, error: unknown): boolean {
    const halves = halvesOf(flight.window, this.#count)
    const { control } = this.#options
    if (!this.#isWindowed || !isTooLarge(error) || halves.length === 0 || control.isStopped) return false
    this.#size.learnTooLarge(halves[0]!.level + 1)
    this.#flights.splice(this.#flights.indexOf(flight), 1, ...halves.map((half) => this.#launch(half)))
    return true
  }

  #report(): void {
    let extent = this.#doneExtent
    let chunks = this.#doneChunks
    let { retries } = this.#runner
    for (const { progress } of this.#flights) {
      extent += progress?.done ?? 0
      chunks += progress?.chunks ?? 0
      retries += progress?.retries ?? 0
    }
    this.#options.onProgress({ extent, chunks, retries })
  }
}

/** So large that the windows that have room side by side have work for everybody. */
function leastLevel(workers: number): number {
  return workers < MAX_FLIGHTS ? 0 : Math.ceil(Math.log2((2 * workers) / (MAX_FLIGHTS - 1)))
}
