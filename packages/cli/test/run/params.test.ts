import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../../../core/dist-test/support/watchdog.js'
import { describeParams } from '../../dist/run/describe-params.js'
import { fixture } from '../support/files.js'
import { shoal } from '../support/shoal.js'

watchdog()

const test = suite('parameters of shoal run')
const options = fixture('options')

async function parsed(...args: string[]): Promise<unknown> {
  const { stdout, stderr } = await shoal('run', '--quiet', options, ...args)
  assert.is(stderr, '')
  return JSON.parse(stdout)
}

test('texts become what the schema declares', async () => {
  const given = await parsed('3', 'slow', 'true', '5')
  assert.equal(given, { count: 3, mode: 'slow', dry: true, size: 5, files: [] })
})

test('a list at the end takes all further arguments, and a name may be given more than once', async () => {
  const given = await parsed('3', 'fast', 'false', '1', 'a', 'b', '--param', 'files=c')
  assert.equal(given, { count: 3, mode: 'fast', dry: false, size: 1, files: ['a', 'b', 'c'] })
  assert.equal(await parsed('--param', 'count=0', '--param', 'files=one'), { count: 0, mode: 'fast', size: 7, files: ['one'] })
})

test('texts become what the schema declares beside null; what may be a text stays one', async () => {
  const { stdout, stderr } = await shoal('run', '--quiet', fixture('nullable'), '3', '4', '5', '6')
  assert.is(stderr, '')
  assert.equal(JSON.parse(stdout), { limit: 3, either: '4', sizes: [5, 6] })
})

test('what is no number is left for the schema to refuse', async () => {
  const { code, stderr } = await shoal('run', options, 'many')
  assert.match(stderr, /^shoal: options: count: .*number.*many/i)
  assert.is(code, 2)
})

test('the help of a job shows types, defaults and help of its parameters', async () => {
  const { code, stdout, stderr } = await shoal('run', options, '--help')
  assert.match(stdout, /^options: shoal run .*options\.js <count> \[mode\] \[dry\] \[size\] \[files\]\n/)
  assert.match(stdout, /\n {2}PARAMETER +TYPE +DEFAULT\n {2}count +integer +\(required\) +how many\n {2}mode +fast \| slow +fast\n/)
  assert.match(stdout, /\n {2}dry +boolean +-\n {2}size +number +7 +a number that is given as a text\n {2}files +string… +\[\]\n/)
  assert.match(stdout, /\nUsage: shoal run \[options\] <job> \[args\.\.\.\]\n/)
  assert.is(stderr, '')
  assert.is(code, 0)
})

test('any schema that tells itself as JSON Schema is described', async () => {
  const jsonSchema = () => ({
    type: 'object',
    properties: { limit: { anyOf: [{ type: 'integer' }, { const: 'none' }], default: 3, description: 'how far' } },
  })
  const params = {
    '~standard': { vendor: 'other', validate: (value: unknown) => ({ value }), jsonSchema: { input: jsonSchema, output: jsonSchema } },
  }
  const described = await describeParams({ name: 'job', [Symbol.for('shoal.Job')]: true, params } as never)
  assert.equal(described, [{ name: 'limit', type: 'integer | none', isRequired: false, default: 3, help: 'how far' }])
})

test('a schema that cannot tell has names only', async () => {
  const { stdout } = await shoal('run', fixture('count-bytes'), '--help')
  assert.match(stdout, /\n {2}file +string +-\n/)
})

test.run()
