import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { glance } from '#internal/pool/glance.js'
import { parseFully } from '#internal/pool/parse-kernel.js'

const test = suite('glance')

const plain = [
  '() => 0',
  '(a, b) => a + b',
  'x => x * 1.5 + 1',
  '$x_1=>$x_1',
  '({ view, start }, [first]) => view[start] / first.length / 2',
  '(x) => Math.hypot(x, outside, x?.y ?? outside.in, .5, 0xff, 1_000n, 1e-3)',
  '(x) => x\n  .delete\n  ?.[other]',
  '(x) => x === \'it"s // no comment\' ? yes : "no"',
  '(x) => (x, undefined, NaN, arguments, eval)',
  '(x) => (free = x) && true || null',
]

for (const source of plain) {
  test(`tells of ${source} what the parser tells`, () => {
    assert.ok(glance(source))
    assert.equal(glance(source), parseFully(source))
  })
}

const more = [
  '(x) => { return x }',
  '(x) => ({ x })',
  '(x = free) => x',
  '({ a: b }) => b',
  '(...xs) => xs',
  '(xs) => Math.max(...xs)',
  '(xs) => xs.map((x) => x)',
  'async (x) => x',
  'async => async',
  '() => async(0)',
  '(x) => `free`',
  "(x) => 'a\\'b'",
  '(x) => /free/.test(x)',
  '(x) => x ? /free/ : x',
  '(x) => x // free',
  '(x) => x /* free */',
  '(x) => x <!-- free',
  '(x) => typeof free',
  '(x) => this',
  '(x) => new.target',
  '(x) => import.meta',
  '(x) => new Float64Array(x)',
  '(é) => é',
  '(x) => \\u0061',
  '(x) => x.#y',
  'function (x) { return x }',
  'class {}',
  'method(x) { return x }',
]

for (const source of more) {
  test(`leaves ${source} to the parser`, () => {
    assert.is(glance(source), undefined)
  })
}

test.run()
