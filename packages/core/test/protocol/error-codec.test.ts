import { RecordError, ShoalError } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { canTravel, decodeThrown, decodeValue, encodeThrown, encodeValue } from '#internal/protocol/index.js'

const test = suite('error codec')

/** There and back, through the bytes that lie in shared memory. */
function travelled<E = Error & Record<string, unknown>>(thrown: unknown): E {
  return decodeThrown(decodeValue(encodeValue(encodeThrown(thrown, (value) => canTravel(value, () => true))).bytes) as never) as E
}

for (const Type of [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]) {
  test(`${Type.name} keeps its class, name and message, and its stack as workerStack`, () => {
    const error = new Type('why')
    const back = travelled(error)
    assert.is(Object.getPrototypeOf(back), Type.prototype)
    assert.is(back.name, Type.name)
    assert.is(back.message, 'why')
    assert.is(back.workerStack, error.stack)
    assert.is(back.stack, error.stack)
    assert.equal(Object.keys(back), [])
  })
}

test('keeps code, errno and every other own property', () => {
  const error = Object.assign(new Error('no such file'), { code: 'ENOENT', errno: -2, path: '/x', info: { list: [1, 2n] } })
  const { code, errno, path, info } = travelled(error)
  assert.equal({ code, errno, path, info }, { code: 'ENOENT', errno: -2, path: '/x', info: { list: [1, 2n] } })
})

test('leaves out the properties that can not travel, and keeps the rest', () => {
  const back = travelled(Object.assign(new Error('x'), { retry: () => 1, symbol: Symbol('s'), code: 'E_KEPT' }))
  assert.equal(Object.keys(back), ['code'])
})

test('a subclass keeps its name, over the nearest built-in class', () => {
  class ParseError extends SyntaxError {
    override name = 'ParseError'
    line = 3
  }
  const back = travelled(new ParseError('bad'))
  assert.is(back.name, 'ParseError')
  assert.is(back.line, 3)
  assert.instance(back, Error)
  assert.is(`${back}`, 'ParseError: bad')
})

test('a ShoalError comes back as one', () => {
  const error = new ShoalError('SHOAL_REGION_ABORTED', 'over', { rank: 1, range: { start: 2, end: 3 } })
  const back = travelled<ShoalError>(error)
  assert.instance(back, ShoalError)
  assert.equal([back.name, back.code, back.rank, back.range], ['ShoalError', 'SHOAL_REGION_ABORTED', 1, { start: 2, end: 3 }])
  const record = travelled<RecordError>(new RecordError('no number', { path: 'file', byteOffset: 7 }))
  assert.equal([record.name, record.code, record.path, record.byteOffset], ['RecordError', 'SHOAL_RECORD_INVALID', 'file', 7])
})

test('keeps the chain of causes, errors and other values', () => {
  const back = travelled(
    new Error('a', { cause: new TypeError('b', { cause: Object.assign(new Error('c', { cause: 42 }), { code: 'E_C' }) }) }),
  )
  const b = back.cause as TypeError
  const c = b.cause as Error & { code: string }
  assert.instance(b, TypeError)
  assert.equal([b.message, c.message, c.code, c.cause], ['b', 'c', 'E_C', 42])
  assert.not(Object.keys(back).includes('cause'))
})

test('an endless chain of causes ends somewhere', () => {
  const error = new Error('round')
  error.cause = error
  let depth = 0
  for (let back: unknown = travelled(error); back instanceof Error; back = back.cause) depth++
  assert.ok(depth > 1 && depth < 100)
})

test('thrown values that are no errors come back as they are', () => {
  for (const value of [undefined, null, 0, 'text', 7n, { code: 'PLAIN', list: [1] }, [1, 2]]) assert.equal(travelled(value), value)
})

test('thrown values that can not travel come back as text', () => {
  assert.is(travelled(Symbol('why')), 'Symbol(why)')
  assert.match(
    travelled<string>(() => 42),
    /42/,
  )
})

test('an error from another realm counts as an error', async () => {
  const { runInNewContext } = await import('node:vm')
  const back = travelled(runInNewContext("Object.assign(new TypeError('far'), { code: 'E_FAR' })"))
  assert.instance(back, TypeError)
  assert.equal([back.message, back.code], ['far', 'E_FAR'])
})

test('an AggregateError keeps its errors', () => {
  const back = travelled<AggregateError>(new AggregateError([new TypeError('one'), 'two'], 'many'))
  assert.is(back.name, 'AggregateError')
  assert.is(back.message, 'many')
  assert.equal([back.errors.length, (back.errors[0] as Error).message, back.errors[1]], [2, 'one', 'two'])
})

test('a DOMException, as an aborted signal throws it, keeps its name and message', () => {
  const back = travelled(AbortSignal.abort().reason)
  assert.equal([back.name, back.message], ['AbortError', 'This operation was aborted'])
})

test('an error that holds itself, as its cause and in a property, comes back without that property', () => {
  const error = Object.assign(new Error('round'), { self: undefined as unknown, code: 'E_ROUND' })
  error.self = error.cause = error
  const back = travelled(error)
  assert.equal([back.message, back.code, 'self' in back], ['round', 'E_ROUND', false])
  assert.is((back.cause as Error).message, 'round')
})

test('errors that hold each other several times do not multiply', () => {
  const error = new AggregateError([], 'round')
  error.errors.push(error, error, error)
  const back = travelled<AggregateError>(error)
  let count = 0
  const visit = (one: AggregateError): void => {
    count++
    for (const inner of one.errors) visit(inner)
  }
  visit(back)
  assert.ok(count > 3 && count <= 1000, `${count} errors`)
})

test('what throws when it is looked at leaves the rest of the error as it is', () => {
  const bad = (): never => {
    throw new Error('a trap')
  }
  for (const name of ['name', 'message', 'stack', 'extra']) {
    const error = Object.assign(new RangeError('too low'), { code: 'E_LOW' })
    Object.defineProperty(error, name, { enumerable: true, get: bad })
    const back = travelled(error)
    assert.is(back.code, 'E_LOW')
    if (name !== 'message') assert.is(back.message, 'too low')
    if (name !== 'name') assert.instance(back, RangeError)
  }
  const odd = Object.assign(new AggregateError([], 'odd'), { name: Symbol('n'), errors: 5 })
  assert.equal(travelled(odd).message, 'odd')
})

test('a proxy whose traps throw is told of by what they throw', () => {
  const throwing: ProxyHandler<object> = {
    getPrototypeOf() {
      throw new Error('a trap')
    },
  }
  const back = travelled(new Proxy({}, throwing))
  assert.instance(back, TypeError)
  assert.match(back.message, /throws when it is looked at: a trap/)
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  assert.match(travelled(proxy).message, /revoked/)
})

test.run()
