import { after } from './after.js'
import type { Dispatcher } from './dispatcher.js'
import { lateError } from './late-error.js'
import { PROGRESS_EVERY_MS, type Progress } from './progress.js'
import { Region } from './region.js'
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

/**
 * The signal is listened to, time is taken, progress is reported, until the function that this returns is called. Undefined where there is
 * nothing to watch.
 */
export function watchOver(work: Region | Task, watch: Watch, dispatcher: Dispatcher): (() => void) | undefined {
  const { signal, timeoutMs, onProgress } = watch
  if (signal === undefined && timeoutMs === undefined && onProgress === undefined) return undefined
  return beginWatch(work, watch, dispatcher)
}

function beginWatch(work: Region | Task, { signal, timeoutMs, graceMs, onProgress }: Watch, dispatcher: Dispatcher): () => void {
  let grace: NodeJS.Timeout | undefined
  const stop = (reason: unknown): void => {
    dispatcher.cancel(work, reason)
    if (work instanceof Region) grace ??= after(graceMs, () => dispatcher.evict(work))
  }
  const onAbort = (): void => stop(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  const code = work instanceof Region ? 'SHOAL_REGION_TIMEOUT' : 'SHOAL_TASK_TIMEOUT'
  const onTime = (): void => stop(lateError(code, timeoutMs!))
  const timer = timeoutMs === undefined ? undefined : after(timeoutMs, onTime)
  if (work instanceof Region) work.isReported = onProgress !== undefined
  const report = work instanceof Region && onProgress ? (): void => onProgress(work.progress()) : undefined
  const tick = (): void => {
    try {
      report?.()
    } catch (error) {
      stop(error)
    }
  }
  const ticker = report && setInterval(tick, PROGRESS_EVERY_MS).unref()
  return () => {
    signal?.removeEventListener('abort', onAbort)
    clearTimeout(timer)
    clearTimeout(grace)
    clearInterval(ticker)
    report?.()
  }
}
