import { clearInterval, clearTimeout, setInterval, setTimeout } from '@shoal/native'
import { ShoalError } from '../errors/index.js'
import { onAbort } from '../sync/index.js'
import { LONGEST_TIMER_MS } from './longest-timer-ms.js'
import { memoryBytes } from './memory-bytes.js'
import type { ResolvedRunOptions } from './resolve-run-options.js'
import type { RunControl } from './run-control.js'

/** How often memory is looked at. */
const MEMORY_EVERY_MS = 250

type Limits = Pick<ResolvedRunOptions, 'signal' | 'timeoutMs' | 'maxMemoryBytes'>

/** Stops a run whose signal is aborted, or that takes longer or more memory than it may; until what it returns is called. */
export function watchRun(name: string, { signal, timeoutMs, maxMemoryBytes }: Limits, control: RunControl): () => void {
  const releases = [
    signal === undefined ? undefined : watchSignal(name, signal, control),
    timeoutMs === undefined ? undefined : watchTime(name, timeoutMs, control),
    maxMemoryBytes === undefined ? undefined : watchMemory(name, maxMemoryBytes, control),
  ]
  return () => {
    for (const release of releases) release?.()
  }
}

function watchSignal(name: string, signal: AbortSignal, control: RunControl): () => void {
  const stop = (): void => {
    const error = new ShoalError('SHOAL_JOB_INTERRUPTED', `The job ${name} was interrupted`, { cause: signal.reason })
    control.stop(error, 'soft')
  }
  if (signal.aborted) stop()
  return onAbort(signal, stop)
}

function watchTime(name: string, timeoutMs: number, control: RunControl): () => void {
  const late = (): void => {
    const what = `The job ${name} was not done within ${timeoutMs} ms: allow more time, or give it a checkpoint to continue from`
    control.stop(new ShoalError('SHOAL_JOB_TIMEOUT', what), 'hard')
  }
  let timer: NodeJS.Timeout
  const wait = (leftMs: number): void => {
    const again = (): void => (leftMs > LONGEST_TIMER_MS ? wait(leftMs - LONGEST_TIMER_MS) : late())
    timer = setTimeout(again, Math.min(leftMs, LONGEST_TIMER_MS))
  }
  wait(timeoutMs)
  return () => clearTimeout(timer)
}

function watchMemory(name: string, maxMemoryBytes: number, control: RunControl): () => void {
  const look = (): void => {
    const bytes = memoryBytes()
    if (bytes <= maxMemoryBytes) return
    const what = `The job ${name} occupies ${bytes} bytes of memory and may have ${maxMemoryBytes}: give it fewer workers, or smaller chunks`
    control.stop(new ShoalError('SHOAL_JOB_MEMORY', what), 'hard')
  }
  look()
  const ticker = setInterval(look, MEMORY_EVERY_MS)
  return () => clearInterval(ticker)
}
