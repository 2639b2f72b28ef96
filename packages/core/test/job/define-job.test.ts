import { createPool, defineJob, type JobDefinition, planJob, recordsOutput, runJob, textRecords } from '@shoal/core'
import { isJob } from '@shoal/core/job'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rejection } from '../support/rejection.js'

const test = suite('defineJob')

const definition = {
  name: 'lengths',
  input: (file: string) => textRecords(file),
  chunk: (chunk: { length: number }) => chunk.length,
  combine: (a: number, b: number) => a + b,
  finish: (total: number) => total,
}

test('makes a job that cannot be changed and is told from other objects', () => {
  const job = defineJob(definition)
  assert.is(job.name, 'lengths')
  assert.ok(Object.isFrozen(job))
  assert.ok(isJob(job))
  assert.not.ok(isJob(definition))
  assert.not.ok(isJob(undefined))
})

for (const part of ['name', 'input', 'chunk', 'combine', 'finish']) {
  test(`names a missing ${part}`, () => {
    const { [part]: _, ...rest } = definition as Record<string, unknown>
    assert.throws(
      () => defineJob(rest as unknown as JobDefinition<string, never, number, number>),
      new RegExp(`Expected a \\w+ for ${part} `),
    )
  })
}

test('refuses params that are no Standard Schema', () => {
  for (const params of [{ file: 'string' }, null]) {
    assert.throws(
      () => defineJob({ ...definition, params: params as never }),
      /Expected a Standard Schema for params but received (null|{ file)/,
    )
  }
})

test('refuses parts that nobody would call', () => {
  const program = { name: 'program', program: () => 1, finish: () => 1 }
  const records = { name: 'records', input: () => 10, chunk: () => 'text', output: () => recordsOutput('file') }
  const staged = { name: 'staged', stages: [program] }
  for (const [job, part, beside] of [
    [{ ...program, chunk: () => 1 }, 'chunk', 'program'],
    [{ ...records, combine: () => 'text' }, 'combine', 'output'],
    [{ ...staged, finish: () => 1 }, 'finish', 'stages'],
    [{ ...staged, stages: [{ ...program, input: () => 10 }] }, 'stages[0].input', 'program'],
  ] as const) {
    const define = defineJob as (job: object) => unknown
    assert.throws(
      () => define(job),
      (error: Error) => error.message.startsWith(`Expected nothing beside ${beside} for ${part} but received`),
    )
  }
})

test('refuses in a stage what only the job has', () => {
  const stage = { program: () => 1, finish: () => 1 }
  const parts = { params: {}, outputs: () => ({}), url: import.meta.url, version: 2, stages: [stage] }
  for (const [part, value] of Object.entries(parts)) {
    const job = { name: 'staged', stages: [stage, { ...stage, [part]: value }] }
    const define = defineJob as (job: object) => unknown
    assert.throws(
      () => define(job),
      (error: Error) =>
        error instanceof TypeError &&
        error.message.startsWith(`Expected nothing (give it to the job, not to a stage) for stages[1].${part} but received`),
    )
  }
})

test('refuses what is no definition, and a name that is empty', () => {
  for (const job of [null, [], 'job']) assert.throws(() => defineJob(job as never), /Expected an object for definition but received/)
  assert.throws(() => defineJob({ ...definition, name: '' }), /Expected a string that is not empty for name/)
})

test('files that are none are refused by plans as by runs, and are no reason to do the work for nothing', async () => {
  const pool = await createPool({ workers: 1 })
  const options = { params: {}, pool }
  const records = { name: 'records', input: () => 10, chunk: () => 'text' }
  try {
    for (const act of [planJob, runJob]) {
      for (const output of [undefined, null, 'file', {}]) {
        const { message } = await rejection(act(defineJob({ ...records, output: () => output as never }), options))
        assert.match(message, 'Expected a file of recordsOutput() for output but received')
      }
      for (const output of [undefined, null, 'file', recordsOutput('file')]) {
        const outputs = () => ({ bright: output }) as never
        const { message } = await rejection(act(defineJob({ ...records, chunk: () => undefined, outputs }), options))
        assert.match(message, 'Expected a file of fileOutput() for outputs.bright but received')
      }
    }
  } finally {
    await pool.close()
  }
})

test.run()
