import { existsSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPool, defineJob, type JobEvent, type Pool, recordsOutput, runJob, textRecords } from '@shoal/core'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rejection } from '../support/rejection.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'
import dyingInPlace, { later } from './fixtures/dying-in-place.js'
import { abortAfter } from './support/abort-after.js'

watchdog()

const test = suite<{ pool: Pool }>('bad records and dying workers')
const folder = temporaryFolder()
const newFolder = (): string => mkdtempSync(join(folder, 'run-'))

test.before(async (context) => {
  context.pool = await createPool({ workers: 2 })
})
test.after(({ pool }) => pool.close())

interface Doubling {
  readonly input: string
  readonly output: string
}

const doubled = defineJob({
  name: 'doubled',
  input: ({ input }: Doubling) => textRecords(input),
  output: ({ output }) => recordsOutput(output),
  chunk: (chunk) => {
    let text = ''
    for (const line of chunk.lines()) {
      if (!/^\d+$/.test(line)) throw new TypeError(`no number: ${line}`)
      text += `${2 * Number(line)}\n`
    }
    return text
  },
})

test('leaves out exactly the bad records, whichever they are, and has them in order in the quarantine, also when continued', async ({
  pool,
}) => {
  const commits = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined })
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(199), { maxLength: 20 }), commits, async (bad, commits) => {
      const own = newFolder()
      const [input, output, quarantine, checkpoint] = ['in', 'out', 'bad', 'state'].map((name) => join(own, name)) as [
        string,
        string,
        string,
        string,
      ]
      const lines = Array.from({ length: 200 }, (_, i) => (bad.includes(i) ? `x${i}` : `${i}`))
      writeFileSync(input, lines.map((line) => `${line}\n`).join(''))
      const options = {
        ...{ params: { input, output }, pool, chunkLength: 64, onError: 'skip' as const, quarantine },
        ...(commits !== undefined && { checkpoint, checkpointMs: 0 }),
      }
      if (commits !== undefined) await runJob(doubled, { ...options, ...abortAfter(commits) }).catch(() => {})
      if (!existsSync(output)) await runJob(doubled, options)
      const good = lines.filter((line) => !line.startsWith('x'))
      assert.is(readFileSync(output, 'utf8'), good.map((line) => `${2 * Number(line)}\n`).join(''))
      const found = readFileSync(quarantine, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
      assert.equal(
        found.map(({ text }: { text: string }) => text),
        lines.filter((line) => line.startsWith('x')).map((line) => `${line}\n`),
      )
      const bytes = readFileSync(input)
      for (const { path, start, end, text, error } of found) {
        assert.equal([path, bytes.subarray(start, end).toString()], [input, text])
        assert.is(error, `TypeError: no number: ${text.trim()}`)
      }
    }),
    { numRuns: 25 },
  )
})

test('a quarantine takes the place of no input, nor any file that of another of the job', async ({ pool }) => {
  const own = newFolder()
  const [input, output, link] = [join(own, 'in'), join(own, 'out'), join(own, 'link')]
  writeFileSync(input, '1\nx\n')
  symlinkSync(input, link)
  const run = (quarantine: string) => rejection(runJob(doubled, { params: { input, output }, pool, onError: 'skip', quarantine }))
  for (const quarantine of [input, link]) {
    const { code, message } = await run(quarantine)
    assert.is(code, 'SHOAL_JOB_OUTPUT_FAILED')
    assert.match(message, `The output ${quarantine} cannot be written: it is an input of the job`)
  }
  assert.match((await run(output)).message, `The output ${output} cannot be written: the job has another output of that path`)
  assert.equal(readdirSync(own).sort(), ['in', 'link'])
  assert.is(readFileSync(input, 'utf8'), '1\nx\n')
})

test('a chunk in place whose worker is killed half-way is put back and done again with retries, and fails without', async () => {
  for (const checkpoint of [undefined, 'state']) {
    const own = newFolder()
    const [path, once] = [join(own, 'grid'), join(own, 'once')]
    const before = Float64Array.from({ length: 3200 }, (_, i) => i)
    writeFileSync(path, new Uint8Array(before.buffer))
    const options = {
      ...{ params: { path, once }, workers: 2, backend: 'processes' as const, chunkLength: 64 },
      ...(checkpoint !== undefined && { checkpoint: join(own, checkpoint) }),
    }
    const failed = await rejection(runJob(dyingInPlace, options))
    assert.match(failed.code!, /^SHOAL_REGION_(WORKER_DIED|CHUNK_POISONOUS)$/)
    assert.equal(new Float64Array(new Uint8Array(readFileSync(path)).buffer), before)
    writeFileSync(once, '')
    if (checkpoint !== undefined) {
      await runJob(dyingInPlace, options)
    } else {
      const events: JobEvent[] = []
      const again = { ...options, params: { path, once: join(own, 'again') }, retries: 1, onEvent: (event: JobEvent) => events.push(event) }
      await runJob(dyingInPlace, again)
      assert.ok(events.some(({ type }) => type === 'retried'))
    }
    assert.equal(
      new Float64Array(new Uint8Array(readFileSync(path)).buffer),
      before.map((x) => x * 3 + 1),
    )
  }
})

test('the same in a later stage, for which a copy is kept only where it is of use', async () => {
  for (const retries of [0, 1]) {
    const own = newFolder()
    const [path, once] = [join(own, 'grid'), join(own, 'once')]
    const before = Float64Array.from({ length: 3200 }, (_, i) => i)
    writeFileSync(path, new Uint8Array(before.buffer))
    if (retries === 0) writeFileSync(once, '')
    const how = { params: { path, once }, workers: 2, backend: 'processes' as const, chunkLength: 64, retries }
    const isKept = await runJob(later, how)
    assert.is(isKept, retries > 0)
    assert.equal(
      new Float64Array(new Uint8Array(readFileSync(path)).buffer),
      before.map((x) => (x + 2) * 3 + 1),
    )
    assert.equal(readdirSync(own).sort(), ['grid', 'once'])
  }
})

test.run()
