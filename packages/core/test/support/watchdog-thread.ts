import { readFileSync, writeSync } from 'node:fs'
import { type Debugger, Session } from 'node:inspector'
import { workerData } from 'node:worker_threads'
import type { WatchdogOrder } from './watchdog.js'

/** Time for the main thread's own timer to report first, and then for a paused main thread to show its stack. */
const graceMs = 2_000

const urls = new Map<string, string>()
const { file, timeoutMs } = workerData as WatchdogOrder

setTimeout(() => {
  // Console output of a thread goes through the blocked loop of the main thread: write to the descriptor.
  writeSync(2, `watchdog: ${file} still runs after ${timeoutMs} ms; its main thread is blocked in ${kernelWait()}\n`)
  const session = new Session()
  session.connectToMainThread()
  session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url))
  session.on('Debugger.paused', ({ params }) => {
    writeSync(2, stackOf(params.callFrames))
    kill()
  })
  session.post('Debugger.enable')
  session.post('Debugger.pause')
  setTimeout(kill, graceMs)
}, timeoutMs + graceMs)

// A thread cannot set the exit code of a process whose main thread is blocked: the signal is the failure.
function kill(): never {
  process.kill(process.pid, 'SIGKILL')
  throw new Error('unreachable')
}

function kernelWait(): string {
  try {
    return readFileSync(`/proc/self/task/${process.pid}/wchan`, 'utf8').replace(/^0$/, 'its own code')
  } catch {
    return 'an unknown place'
  }
}

function stackOf(frames: readonly Debugger.CallFrame[]): string {
  return frames
    .map(
      ({ functionName, location }) =>
        `    at ${functionName || '<anonymous>'} (${urls.get(location.scriptId)}:${location.lineNumber + 1})\n`,
    )
    .join('')
}
