import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'
import { type Ended, type SlowJob, SlowJobRuns } from './support/slow-job.js'

/** `SHOAL_JOB_KILLS=100 SHOAL_JOB_SECONDS=20`: the long form. */
const kills = Number(process.env.SHOAL_JOB_KILLS ?? 2)
const seconds = Number(process.env.SHOAL_JOB_SECONDS ?? 1)

watchdog(60_000 + kills * (seconds + 5) * 4000)

const test = suite('jobs that are killed')
const folder = temporaryFolder()

function runsOf(name: SlowJob, backend: string, what: string): SlowJobRuns {
  const own = join(folder, `${name}-${backend}-${what}`)
  mkdirSync(own)
  // 115 chunks of lines, 100 of Float64s, 60 steps; two workers share the chunks.
  const ms = { sum: 17, records: 17, inPlace: 20, program: 16 }[name] * seconds
  return new SlowJobRuns(own, name, what === 'undisturbed' ? 0 : ms, { backend })
}

for (const [name, backend] of [
  ['sum', 'threads'],
  ['records', 'processes'],
  ['inPlace', 'threads'],
  ['program', 'threads'],
] as const) {
  test(`${name} with ${backend} ends as if nothing had happened, and does nothing twice that was committed`, async () => {
    const expected = await runsOf(name, backend, 'undisturbed').finish()
    const runs = runsOf(name, backend, 'killed')
    let last: Ended | undefined
    for (let kill = 0; kill < kills; kill++) {
      const before = runs.committed()
      runs.takeLog()
      const { child, begun, ended } = runs.start()
      await begun
      // A random moment: nothing is waited for.
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, Math.random() * ((seconds * 1500) / kills)))])
      child.kill('SIGKILL')
      last = await ended
      if (last.code === 0) break
      assert.is(last.code, null, last.errors)
      const again = name === 'program' ? [] : runs.takeLog().filter((chunk) => before.has(chunk))
      assert.equal(again, [])
      // Killed after all was done, in the moment before its end.
      if (!runs.isUnfinished()) break
    }
    const isDone = name === 'inPlace' && last?.code === null && !runs.isUnfinished()
    if (isDone) return assert.is(runs.file(), expected.file)
    const { result, file } = last?.code === 0 ? runs.outcome(last) : await runs.finish()
    if (name === 'records') assert.is((result as { byteLength: number }).byteLength, (expected.result as { byteLength: number }).byteLength)
    else assert.equal(result, expected.result)
    assert.is(file, expected.file)
  })
}

test.run()
