import { spawnSync } from 'node:child_process'
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { defineJob, range, recordsOutput, runJob } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rejection } from '../support/rejection.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'
import { type SlowJob, SlowJobRuns } from './support/slow-job.js'

watchdog()

const test = suite('a job that cannot write')
const folder = temporaryFolder()
const canLimit = spawnSync('prlimit', ['--version']).status === 0
if (!canLimit) console.log('SKIPPED: full disks. They need prlimit, of util-linux')

function runsOf(name: SlowJob, what: string, ms: number): SlowJobRuns {
  const own = join(folder, `${name} ${what}`)
  mkdirSync(own)
  return new SlowJobRuns(own, name, ms)
}

/** No file may grow beyond a limit, once the job has begun: writes end as on a full disk, with another number. */
for (const [name, code, limit] of [
  ['records', 'SHOAL_JOB_OUTPUT_FAILED', () => 60_000],
  ['sum', 'SHOAL_JOB_CHECKPOINT_FAILED', (runs: SlowJobRuns) => statSync(join(runs.checkpoint, 'journal')).size + 10],
] as const) {
  const run = canLimit ? test : test.skip
  run(`${name}: ends with ${code} when there is no room, keeps what was committed, and goes on when there is`, async () => {
    const expected = await runsOf(name, 'undisturbed', 0).finish()
    const runs = runsOf(name, 'limited', 40)
    const { child, begun, ended } = runs.start()
    await begun
    assert.is(spawnSync('prlimit', [`--fsize=${limit(runs)}`, '--pid', `${child.pid}`]).status, 0)
    const first = await ended
    assert.is(first.code, 1, first.output)
    assert.match(first.errors, code)
    const before = runs.committed()
    runs.takeLog()
    const { result, file } = await runs.finish({ resume: true })
    const again = runs.takeLog().filter((chunk) => before.has(chunk))
    assert.equal(again, [])
    assert.is(file, expected.file)
    if (name === 'sum') assert.equal(result, expected.result)
  })
}

const run = canLimit ? test : test.skip
run('commits nothing of records that could not be written, however many came together', async () => {
  const expected = await runsOf('records', 'together, undisturbed', 0).finish()
  const runs = runsOf('records', 'together', 10)
  // Its first commit would be at the end.
  const { child, begun, ended } = runs.start({ checkpointMs: 1e6 })
  await begun
  assert.is(spawnSync('prlimit', ['--fsize=100000', '--pid', `${child.pid}`]).status, 0)
  assert.match((await ended).errors, 'SHOAL_JOB_OUTPUT_FAILED')
  assert.equal(await runs.finish(), { ...expected, result: { ...Object(expected.result), path: runs.params.output } })
})

const lines = defineJob({
  name: 'lines',
  input: () => range(10),
  output: (path: string) => recordsOutput(path),
  chunk: (chunk) => `${chunk.start}\n`,
})

test('says which folder cannot be written, of its checkpoint and of its output', async () => {
  // Nobody can write there, not even root.
  const [state, output] = ['/dev/null/state', '/dev/null/lines']
  for (const checkpoint of [state, '/proc/self/state/of/it']) {
    const ofCheckpoint = await rejection(runJob(lines, { params: join(folder, 'lines'), workers: 1, checkpoint }))
    assert.is(ofCheckpoint.code, 'SHOAL_JOB_CHECKPOINT_FAILED')
    assert.match(ofCheckpoint.message, checkpoint)
  }
  const ofOutput = await rejection(runJob(lines, { params: output, workers: 1 }))
  assert.is(ofOutput.code, 'SHOAL_JOB_OUTPUT_FAILED')
  assert.match(ofOutput.message, output)
})

test.run()
