import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import { Segment, ShoalError } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RecordError } from '#internal/source/index.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const test = suite('ShoalError')

test('carries its code, and what else it was given, and nothing that it was not', () => {
  const cause = new Error('inner')
  const error = new ShoalError('SHOAL_POOL_CLOSED', 'closed', { cause, rank: 2, range: { start: 1, end: 5 } })
  assert.is(error.name, 'ShoalError')
  assert.is(error.code, 'SHOAL_POOL_CLOSED')
  assert.is(error.cause, cause)
  assert.is(error.rank, 2)
  assert.equal(error.range, { start: 1, end: 5 })
  assert.equal(Object.keys(new ShoalError('SHOAL_POOL_CLOSED', 'closed')), ['code'])
  assert.not('cause' in new ShoalError('SHOAL_POOL_CLOSED', 'closed'))
})

test('is printed by its name, as other classes of the library are', () => {
  assert.match(inspect(new ShoalError('SHOAL_POOL_CLOSED', 'closed')), /^ShoalError: closed/)
  assert.equal([ShoalError.name, Segment.name], ['ShoalError', 'Segment'])
})

test('is recognised across copies of the library', async () => {
  const copy = join(temporaryFolder(), 'shoal-error.mjs')
  copyFileSync(new URL('../../dist/errors/shoal-error.js', import.meta.url), copy)
  const other: { ShoalError: typeof ShoalError } = await import(pathToFileURL(copy).href)
  assert.is.not(other.ShoalError, ShoalError)
  assert.instance(new other.ShoalError('SHOAL_POOL_CLOSED', 'closed'), ShoalError)
})

test('is no other error, and subclasses ask for themselves', () => {
  const record = new RecordError('no number', { path: 'file', byteOffset: 3 })
  assert.instance(record, ShoalError)
  assert.instance(record, RecordError)
  assert.is(record.name, 'RecordError')
  assert.not(new ShoalError('SHOAL_POOL_CLOSED', 'closed') instanceof RecordError)
  for (const value of [new Error('x'), null, undefined, 'SHOAL_POOL_CLOSED', {}]) assert.not((value as unknown) instanceof ShoalError)
})

test('what is exported bears its own name, which stacks and inspected objects show', async () => {
  for (const [name, value] of Object.entries(await import('@shoal/core'))) if (typeof value === 'function') assert.is(value.name, name)
})

test.run()
