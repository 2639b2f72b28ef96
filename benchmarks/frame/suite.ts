/** Times in seconds by what they measure: `process` (spawn to exit, taken from outside) and what the program reports of itself, as `work`. */
export type Seconds = Readonly<Record<string, number>>

/** What a program wrote until it exited with 0. */
export interface Output {
  readonly stdout: string
  readonly stderr: string
}

export interface Trial {
  /** Must equal that of every other side, character for character. */
  readonly result: string
  readonly seconds: Seconds
}

/** One way of doing the work of a comparison: a program, run in a fresh process for each trial. */
export interface Side {
  readonly name: string
  readonly command: readonly [file: string, ...args: string[]]
  /** By default stdout is the result and the last line of stderr is `{"seconds":{"work":1.5}}`. */
  readonly read?: (output: Output) => Trial
  /** Why it cannot take part on this machine: it is left out, and so are its targets, and the report says so. */
  readonly missing?: string | undefined
}

/** What is wanted: a ratio, the time of `side` over that of `reference`; or, without a reference, the time itself. */
export interface Target {
  readonly side: string
  readonly reference?: string
  readonly measure: string
  readonly atMost: number
}

/** Several sides doing the same work. */
export interface Comparison {
  readonly name: string
  readonly sides: readonly Side[]
  /** The side that the table's ratios are over; the first one where this cannot take part. */
  readonly reference: string
  readonly targets?: readonly Target[]
}

/** What one run of the frame measures. */
export interface Suite {
  readonly name: string
  /** Options of the command line with their defaults; all are whole numbers from 1. `trials` is one of all suites, 5 where none is here. */
  readonly options: Readonly<Record<string, number>>
  /** Prepares input and programs; nothing done here is timed. */
  prepare(options: Readonly<Record<string, number>>): Promise<readonly Comparison[]>
}
