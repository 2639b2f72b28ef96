import { clearInterval, clearTimeout, setInterval } from '@shoal/native'
import { onAbort } from '../sync/index.js'
import { after } from './after.js'
import type { Dispatcher } from './dispatcher.js'
import { lateError } from './late-error.js'
import { PROGRESS_EVERY_MS, type Progress } from './progress.js'
import { Region } from './region.js'
import { Reporter } from './reporter.js'
import type { Task } from './task.js'

/** What lasts as long as a call that blocks its thread, where nobody could abort a signal. */
export interface SyncWatch {
  readonly timeoutMs: number | undefined
  /** How long ranks have to leave a cancelled region before they are ended. */
  readonly graceMs: number
  readonly onProgress: ((progress: Progress) => void) | undefined
}

/** What lasts as long as a call. */
export interface Watch extends SyncWatch {
  readonly signal: AbortSignal | undefined
}

/** Ends a watch, with the last report of progress. Throws only what that throws, and not where the call `hasFailed` by itself. */
export type EndWatch = (hasFailed: boolean) => void

/**
 * The signal is listened to, time is taken, progress is reported, until the function that this returns is called. Undefined where there is
 * nothing to watch.
 */
export function watchOver(work: Region | Task, watch: Watch, dispatcher: Dispatcher): EndWatch | undefined {
  const { signal, timeoutMs, onProgress } = watch
  if (signal === undefined && timeoutMs === undefined && onProgress === undefined) return undefined
  return beginWatch(work, watch, dispatcher)
}

function beginWatch(work: Region | Task, { signal, timeoutMs, graceMs, onProgress }: Watch, dispatcher: Dispatcher): EndWatch {
  let grace: NodeJS.Timeout | undefined
  const stop = (reason: unknown): void => {
    dispatcher.cancel(work, reason)
    if (work instanceof Region) grace ??= after(graceMs, () => dispatcher.evict(work))
  }
  const stopListening = signal && onAbort(signal, () => stop(signal.reason))
  const code = work instanceof Region ? 'SHOAL_REGION_TIMEOUT' : 'SHOAL_TASK_TIMEOUT'
  const onTime = (): void => stop(lateError(code, timeoutMs!))
  const timer = timeoutMs === undefined ? undefined : after(timeoutMs, onTime)
  if (work instanceof Region) work.isReported = onProgress !== undefined
  const reporter = work instanceof Region && onProgress ? new Reporter(work, onProgress) : undefined
  const tick = (): void => {
    try {
      reporter?.report()
    } catch (error) {
      stop(error)
    }
  }
  const ticker = reporter && setInterval(tick, PROGRESS_EVERY_MS).unref()
  return (hasFailed) => {
    stopListening?.()
    clearTimeout(timer)
    clearTimeout(grace)
    clearInterval(ticker)
    reporter?.end(hasFailed)
  }
}
