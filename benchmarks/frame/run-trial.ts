import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { readReport } from './report-seconds.js'
import type { Output, Side, Trial } from './suite.js'

/** Longer than any trial takes: a side that hangs must not hang the run. */
const trialTimeoutMs = 15 * 60_000
const maxResultBytes = 256 * 2 ** 20
const run = promisify(execFile)

/** Runs a side once in a fresh process, timed from outside as `process`; rejects if it fails or reports no times. */
export async function runTrial(side: Side): Promise<Trial> {
  const [file, ...args] = side.command
  const start = performance.now()
  const running = run(file, args, { timeout: trialTimeoutMs, maxBuffer: maxResultBytes })
  running.child.stdin?.end()
  const output = await running
  const process = (performance.now() - start) / 1000
  const { result, seconds } = read(side, output)
  return { result, seconds: { process, ...seconds } }
}

function read({ name, read = readReport }: Side, output: Output): Trial {
  try {
    return read(output)
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`, { cause: error })
  }
}
