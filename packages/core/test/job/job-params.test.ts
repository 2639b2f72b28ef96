import { defineJob, type Job, type StandardSchemaLike, textRecords } from '@shoal/core'
import { paramNames, parseParams } from '@shoal/core/job'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const test = suite('parameters of a job')

interface Params {
  readonly file: string
  readonly limit: number
}

/** A schema of { file: string, limit: number }, with its fields under the name that a library would use. */
function schema(fields?: 'entries' | 'shape'): StandardSchemaLike<Params> {
  const validate = async (value: unknown) => {
    const { file, limit = '10' } = value as Record<string, string>
    if (file === undefined)
      return {
        issues: [
          { message: 'expected a file', path: ['file'] },
          { message: 'and more', path: [{ key: 'a' }, 0] },
        ],
      }
    return { value: { file, limit: Number(limit) } }
  }
  return { '~standard': { validate }, ...(fields && { [fields]: { file: {}, limit: {} } }) }
}

function jobWith(params?: StandardSchemaLike<Params>): Job<Params, number> {
  return defineJob({
    name: 'count',
    ...(params && { params }),
    input: ({ file }) => textRecords(file),
    chunk: (chunk) => chunk.length,
    combine: (a, b) => a + b,
    finish: (total) => total,
  })
}

async function rejection(promise: Promise<unknown>): Promise<{ code?: string; message: string }> {
  return promise.then(
    () => assert.unreachable(),
    (error) => error,
  )
}

test('their names come in the order of their declaration', () => {
  assert.equal(paramNames(jobWith(schema('entries'))), ['file', 'limit'])
  assert.equal(paramNames(jobWith(schema('shape'))), ['file', 'limit'])
})

test('a job without a schema has none, and a schema that does not tell them is not asked', () => {
  assert.equal(paramNames(jobWith()), [])
  assert.is(paramNames(jobWith(schema())), undefined)
})

test('are what the schema makes of the strings', async () => {
  assert.equal(await parseParams(jobWith(schema('entries')), { file: 'x', limit: '3' }), { file: 'x', limit: 3 })
  assert.equal(await parseParams(jobWith(schema()), { file: 'x' }), { file: 'x', limit: 10 })
})

test('are refused with all that is wrong, by name', async () => {
  const error = await rejection(parseParams(jobWith(schema('entries')), {}))
  assert.is(error.code, 'SHOAL_JOB_PARAMS')
  assert.is(error.message, 'count: file: expected a file; a.0: and more')
})

test('are refused when the job does not have them', async () => {
  const error = await rejection(parseParams(jobWith(schema('shape')), { file: 'x', size: '1' }))
  assert.is(error.message, "count has no parameter 'size': leave it out, or name one of file, limit")
  const none = await rejection(parseParams(jobWith(), { size: '1' }))
  assert.is(none.message, "count has no parameter 'size': leave it out")
})

test.run()
