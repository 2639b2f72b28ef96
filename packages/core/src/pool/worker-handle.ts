import type { Segment } from '../memory/index.js'
import type { Attachment, TaskCall, TaskResult } from '../protocol/index.js'
import type { ResourceLimits } from './start-options.js'

/** How a worker ended, as far as its backend can tell. */
export interface Death {
  /** `'was killed by SIGKILL'`, `'ended with exit code 3'`. */
  readonly how: string
  readonly pid?: number
  /** By a signal that it would have left to the parent, had it been ready. */
  readonly isTooEarly?: boolean
  readonly cause?: unknown
}

/** The parent's side of one worker, thread or process. Mechanism only: what it is told to do is the dispatcher's business. */
export interface WorkerHandle {
  /** Resolves when the worker is alive and can enter its loop; rejects when it does not come up. */
  readonly ready: Promise<void>
  /** Resolves once, when the worker has ended, whatever the reason. */
  readonly died: Promise<Death>
  /** Sends the worker into its member loop; resolves when it has left it again, or died. It may have left one that has not resolved yet. */
  enter(): Promise<void>
  /** Runs one task outside the loop. Stays pending when the worker dies meanwhile: `died` tells. Rejects what can not be sent to it. */
  run(call: TaskCall, transfer: readonly ArrayBuffer[]): Promise<TaskResult>
  /** Hands a segment over, or says to forget one. Arrives before any region that is posted later. False while there is no room for it. */
  send(attachment: Attachment, segment: Segment | undefined): boolean
  /** Keeps the event loop alive until the worker has ended: for whoever waits for that. */
  ref(): void
  /** Ends it at once and waits until it is gone. */
  kill(): Promise<void>
}

export interface WorkerStartOptions {
  readonly rank: number
  readonly size: number
  readonly control: Segment
  readonly doorbellFd: number
  readonly resourceLimits: ResourceLimits | undefined
  readonly execArgv: readonly string[] | undefined
  readonly env: Readonly<Record<string, string>> | undefined
  /** The CPUs to run on; undefined for any. */
  readonly cpus: readonly number[] | undefined
}
