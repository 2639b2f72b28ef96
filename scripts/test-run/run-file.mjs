import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { putIntoBackground } from './background.mjs'

/** Children that die with their parent do so a moment after it. */
const graceMs = 2_000

/**
 * What became of one test file. `failure` says why it counts as failed though no test of it did.
 * @typedef {{ file: string, passed: number, failed: number, skipped: number, failure?: string, output: string, seconds: number }} Outcome
 */

/**
 * Runs one test file in a process of its own, in a session of its own, for `limitMs` at most; in the `background`, if said so, on what others
 * leave of the CPUs.
 * @param {string} file
 * @param {{ limitMs: number, env: NodeJS.ProcessEnv, cwd: string, background?: boolean }} options
 * @returns {Promise<Outcome>}
 */
export async function runFile(file, { limitMs, env, cwd, background = false }) {
  const started = performance.now()
  const child = spawn(process.execPath, [file], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  if (background) putIntoBackground(child.pid)
  const output = collect(child.stdout, child.stderr)
  let overran = false
  const limit = setTimeout(() => {
    overran = true
    signalGroup(child.pid, 'SIGKILL')
  }, limitMs)
  const [code, signal] = await once(child, 'exit')
  clearTimeout(limit)
  const left = await endGroup(child.pid)
  const text = await output
  const outcome = { file, ...totals(text), output: text, seconds: (performance.now() - started) / 1000 }
  const failure = overran ? `ran for more than ${limitMs / 1000} s` : verdict(outcome, code, signal, left)
  if (failure === undefined) return outcome
  return { ...outcome, failed: Math.max(outcome.failed, 1), failure }
}

/** uvu sets exit code 1 when a test failed; anything else that is not a full count of passes is a failure of the file. */
function verdict({ passed, failed, skipped, counted }, code, signal, left) {
  if (signal !== null) return `ended by ${signal}`
  if (!counted) return `ended with code ${code} before uvu printed its totals`
  if (passed + failed + skipped === 0) return 'holds no test'
  if (code !== 0 && failed === 0) return `ended with code ${code} though no test failed`
  if (code === 0 && failed > 0) return 'ended with code 0 though a test failed'
  if (left) return 'left processes running'
  return undefined
}

function totals(text) {
  const plain = stripVTControlCharacters(text)
  const last = (label) => Number([...plain.matchAll(new RegExp(`^ {2}${label}: +(\\d+)$`, 'gm'))].at(-1)?.[1] ?? Number.NaN)
  const [total, passed, skipped] = [last('Total'), last('Passed'), last('Skipped')]
  if (Number.isNaN(total + passed + skipped)) return { passed: 0, failed: 0, skipped: 0, counted: false }
  return { passed, failed: total - passed, skipped, counted: true }
}

function collect(...streams) {
  let text = ''
  const ends = streams.map((stream) => {
    stream.setEncoding('utf8')
    stream.on('data', (part) => {
      text += part
    })
    return once(stream, 'close')
  })
  return Promise.all(ends).then(() => text)
}

/** Ends what the leader of a group left behind, which would also hold its pipes open; says whether anything was left. */
async function endGroup(leader) {
  for (const deadline = performance.now() + graceMs; performance.now() < deadline; await sleep(10)) {
    if (!signalGroup(leader, 0)) return false
  }
  return signalGroup(leader, 'SIGKILL')
}

/** Whether anybody was there to receive it. */
function signalGroup(leader, signal) {
  try {
    return process.kill(-leader, signal)
  } catch (error) {
    if (error.code === 'ESRCH') return false
    throw error
  }
}
