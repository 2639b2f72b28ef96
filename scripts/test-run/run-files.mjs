import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { root } from '../setup/paths.mjs'
import { Leftovers } from './leftovers.mjs'
import { removeRegistriesOfDeadRuns } from './registry.mjs'
import { runFile } from './run-file.mjs'

/** A file's own watchdog speaks first; this is for the file that has none, or cannot: on a slow machine builds with sanitizers take minutes. */
const limitMs = 1_200_000
/** In the background it gets what the others leave, which on two slow CPUs is little until they are done. */
const backgroundLimitMs = 3 * limitMs

/** Most files keep one CPU busy, and wait a good deal. */
const lanes = Math.min(2, availableParallelism())

/**
 * Files of this name only compile what other files of their folder run. They leave nothing where others look for what is left of them: so
 * they run in the background, beside the files of other folders, and the rest of their folder comes after them.
 */
const compiles = ({ source }) => /\.build\.test\.\w+$/.test(source)

/**
 * Runs test files and says how each ended, and what they have left behind, which is then removed. There are two at a time; to each other they
 * are as runs of two checkouts.
 * @param {{ source: string, compiled: string }[]} files
 * @returns {Promise<boolean>} whether all passed and nothing was left
 */
export async function runFiles(files) {
  removeRegistriesOfDeadRuns()
  const background = new Leftovers()
  const places = Array.from({ length: lanes }, () => new Leftovers())
  const leftovers = [background, ...places]
  const sum = { passed: 0, failed: 0, skipped: 0 }
  let interruption
  // Ends what runs, so that the run comes to its end in order. npm passes on what the terminal has sent already: it may come twice.
  const interrupt = (signal) => {
    interruption ??= signal
    for (const each of leftovers) each.end()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, interrupt)

  /** Until the queue, which may have other takers, is empty. */
  const run = async (queue, place) => {
    while (queue.length > 0 && interruption === undefined) {
      const { source, compiled } = queue.shift()
      const outcome = await runFile(compiled, {
        limitMs: place === background ? backgroundLimitMs : limitMs,
        cwd: root,
        env: { ...process.env, ...place.env, NO_COLOR: '1' },
        background: place === background,
      })
      for (const key of Object.keys(sum)) sum[key] += outcome[key]
      report(source, outcome)
    }
  }
  const builds = files.filter(compiles)
  const waits = ({ source }) => builds.some((build) => dirname(build.source) === dirname(source))
  const first = files.filter((file) => !waits(file))
  const last = files.filter((file) => waits(file) && !compiles(file))
  const built = run(builds, background)
  await Promise.all(
    places.map(async (place) => {
      await run(first, place)
      await built
      await run(last, place)
    }),
  )
  const left = new Set((await Promise.all(leftovers.map((each) => each.find()))).flat())
  for (const name of left) console.log(`FAIL left behind: ${name}`)
  for (const each of leftovers) each.end()
  sum.failed += left.size
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
