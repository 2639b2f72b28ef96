import { dirname } from 'node:path'
import { root } from '../setup/paths.mjs'
import { Leftovers } from './leftovers.mjs'
import { removeRegistriesOfDeadRuns } from './registry.mjs'
import { runFile } from './run-file.mjs'

/** A file's own watchdog speaks first; this is for the file that has none, or cannot: on a slow machine builds with sanitizers take minutes. */
const limitMs = 1_200_000
/** In the background it gets what the others leave, which on two slow CPUs is little until they are done. */
const backgroundLimitMs = 3 * limitMs

/**
 * Files of this name only compile what other files of their folder run. They leave nothing where others look for what is left of them: so
 * they run in the background, beside the files of other folders, and the rest of their folder comes after them.
 */
const compiles = ({ source }) => /\.build\.test\.\w+$/.test(source)

/**
 * Runs test files one after the other, but for those that only compile, and says how each ended, and what they have left behind, which is
 * then removed.
 * @param {{ source: string, compiled: string }[]} files
 * @returns {Promise<boolean>} whether all passed and nothing was left
 */
export async function runFiles(files) {
  removeRegistriesOfDeadRuns()
  const leftovers = new Leftovers()
  const sum = { passed: 0, failed: 0, skipped: 0 }
  let interruption
  // Ends what runs, so that the run comes to its end in order. npm passes on what the terminal has sent already: it may come twice.
  const interrupt = (signal) => {
    interruption ??= signal
    leftovers.end()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, interrupt)

  const run = async (files, background = false) => {
    for (const { source, compiled } of files) {
      if (interruption !== undefined) break
      const limit = background ? backgroundLimitMs : limitMs
      const outcome = await runFile(compiled, {
        limitMs: limit,
        cwd: root,
        env: { ...process.env, ...leftovers.env, NO_COLOR: '1' },
        background,
      })
      for (const key of Object.keys(sum)) sum[key] += outcome[key]
      report(source, outcome)
    }
  }
  const builds = files.filter(compiles)
  const waits = ({ source }) => builds.some((build) => dirname(build.source) === dirname(source))
  await Promise.all([run(builds, true), run(files.filter((file) => !waits(file)))])
  await run(files.filter((file) => waits(file) && !compiles(file)))
  const left = await leftovers.find()
  for (const name of left) console.log(`FAIL left behind: ${name}`)
  leftovers.end()
  sum.failed += left.length
  console.log(counts(sum) + (interruption === undefined ? '' : `, interrupted by ${interruption}`))
  if (interruption !== undefined) endBy(interruption)
  return sum.failed === 0 && sum.passed + sum.skipped > 0
}

function report(source, outcome) {
  const mark = outcome.failed > 0 ? 'FAIL' : 'ok  '
  const reason = outcome.failure === undefined ? '' : `: ${outcome.failure}`
  console.log(`${mark} ${source}: ${counts(outcome)} in ${outcome.seconds.toFixed(1)} s${reason}`)
  if (outcome.failed > 0) console.log(outcome.output.trimEnd().replaceAll(/^/gm, '     '))
}

function counts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/** As if nobody had listened, so that whoever started this learns of the signal. */
function endBy(signal) {
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}
