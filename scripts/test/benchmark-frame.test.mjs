import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compare } from '../../benchmarks/dist/frame/compare.js'
import { formatComparison } from '../../benchmarks/dist/frame/format-report.js'
import { suites } from '../../benchmarks/dist/frame/suites.js'
import { root } from '../setup/paths.mjs'

const test = suite('benchmark frame')

/** A side that prints `result` and says it took `work` seconds. */
function side(name, result, work = 1) {
  const code = `console.log(${JSON.stringify(result)}); console.error('{"seconds":{"work":${work}}}')`
  return { name, command: [process.execPath, '-e', code] }
}

async function messageOf(promise) {
  const { message } = await promise.then(
    () => assert.unreachable('expected a rejection'),
    (error) => error,
  )
  return message
}

test('runs every side once a round, in turn', async () => {
  const order = []
  const sides = [side('a', 'same'), side('b', 'same')]
  await compare({ name: 'turns', reference: 'a', sides }, 2, (round, { name }) => order.push(`${round}${name}`))
  assert.equal(order, ['0a', '0b', '1a', '1b'])
})

test('reports median and ratio of what a side says of itself, and its whole process', async () => {
  const { sides } = await compare({ name: 'times', reference: 'a', sides: [side('a', 'same', 2), side('b', 'same', 3)] }, 1)
  assert.equal(sides[1].measures.work, { trials: [3], median: 3, ratio: 1.5 })
  assert.ok(sides[1].measures.process.median > 0)
})

test('says which targets are met, ratios and times', async () => {
  const ratios = [1.5, 1.4].map((atMost) => ({ side: 'b', reference: 'a', measure: 'work', atMost }))
  const times = [3, 2.9].map((atMost) => ({ side: 'b', measure: 'work', atMost }))
  const targets = [...ratios, ...times]
  const report = await compare({ name: 'targets', reference: 'a', sides: [side('a', 'same', 2), side('b', 'same', 3)], targets }, 1)
  assert.equal(
    report.targets.map(({ met }) => met),
    [true, false, true, false],
  )
})

test('shows times in a unit that fits them, and small ratios with three digits', async () => {
  const targets = [
    { side: 'b', measure: 'work', atMost: 10e-6 },
    { side: 'b', reference: 'a', measure: 'work', atMost: 0.002 },
  ]
  const sides = [side('a', 'same', 0.054612), side('b', 'same', 0.000054612)]
  const text = formatComparison(await compare({ name: 'small', reference: 'a', sides, targets }, 1))
  assert.match(text, /\| small +\| +work, µs \|.*\| +process, m?s \|/)
  assert.match(text, /\| b +\| +54\.61 \| +54\.61 … 54\.61 +\| 0\.00100 \|/)
  assert.match(text, /^MISSED: b \(work\) is 54\.61 µs, wanted at most 10\.00 µs$/m)
  assert.match(text, /^met: b \/ a \(work\) is 0\.00100, wanted at most 0\.00200$/m)
})

test('leaves out a side that cannot take part, and its targets, and says so', async () => {
  const missing = { ...side('b', 'other'), missing: 'there is no b here' }
  const targets = ['a', 'b'].map((side) => ({ side, measure: 'work', atMost: 2 }))
  const report = await compare({ name: 'missing', reference: 'b', sides: [side('a', 'one'), missing], targets }, 1)
  assert.equal(report.skipped, [{ name: 'b', why: 'there is no b here' }])
  assert.is(report.reference, 'a')
  assert.is(report.targets.length, 1)
  assert.match(formatComparison(report), /^SKIPPED: b: there is no b here$/m)
})

test('refuses a target of a side that there is not', async () => {
  const targets = [{ side: 'c', measure: 'work', atMost: 1 }]
  const message = await messageOf(compare({ name: 'targets', reference: 'a', sides: [side('a', 'one')], targets }, 1))
  assert.is(message, "Expected a side of 'targets' for a target but received 'c'")
})

test('names the side that reports no times', async () => {
  const silent = { name: 'silent', command: [process.execPath, '-e', ''] }
  const message = await messageOf(compare({ name: 'silence', reference: 'silent', sides: [silent] }, 1))
  assert.is(message, `silent: Expected {"seconds":…} as the last line of stderr but received ''`)
})

test('refuses a suite that there is not, and trials that are none, naming what there is', () => {
  for (const [args, wrong] of [
    [['toString'], /^Expected a suite \(algorithms, .*\) but received 'toString'\n$/],
    [['heat', '--trials', '0'], /^Expected a whole number from 1 for --trials but received 0\n$/],
  ]) {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'benchmarks/dist/frame/main.js'), ...args], { encoding: 'utf8' })
    assert.match(stderr, wrong)
    assert.is(status, 2)
  }
})

test('a run with --only tells times with their units, and leaves the report of the whole suite alone', () => {
  const reports = join(root, '.cache/benchmarks')
  const whole = () => existsSync(join(reports, 'heat.json')) && readFileSync(join(reports, 'heat.json'), 'utf8')
  const before = whole()
  const options = ['--size', '50', '--steps', '7', '--trials', '1', '--only', 'heat']
  const run = spawnSync(process.execPath, [join(root, 'benchmarks/dist/frame/main.js'), 'heat', ...options], { encoding: 'utf8' })
  assert.is(run.status, 0, run.stderr)
  assert.match(run.stderr, /^round 1 of 1: C\/OpenMP: process [\d.]+ m?s, work [\d.]+ [mµn]?s$/m)
  assert.equal(whole(), before)
  assert.is(JSON.parse(readFileSync(join(reports, 'heat.part.json'), 'utf8')).options.only, 'heat')
})

test('says that a compiler is wanted where there is none', () => {
  const options = { encoding: 'utf8', env: { ...process.env, PATH: '/nonexistent' } }
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'benchmarks/dist/frame/main.js'), 'heat'], options)
  assert.match(stderr, /^Expected gcc, [^\n]*: install it\n$/)
  assert.is(status, 1)
})

test('fails when two sides give different results, and shows where', async () => {
  const sides = [side('a', 'x=1.0'), side('b', 'x=1.1')]
  const message = await messageOf(compare({ name: 'results', reference: 'a', sides }, 1))
  assert.is(message, String.raw`Results differ at character 4: a has "x=1.0\n", b has "x=1.1\n"`)
})

test('fails when a side fails', async () => {
  const broken = { name: 'broken', command: [process.execPath, '-e', `throw new Error('no such luck')`] }
  assert.match(await messageOf(compare({ name: 'failure', reference: 'broken', sides: [broken] }, 1)), 'no such luck')
})

const small = {
  cli: { elements: 1000 },
  'one-billion-rows': { rows: 1000 },
  heat: { size: 50, steps: 7 },
  pool: { chunks: 10_000, tasks: 200, regions: 200, elements: 4096 },
  segments: { bytes: 2 ** 22, prefaulted: 2 ** 24, count: 100 },
  sync: { phases: 1000, crowd: 200, locks: 1000, handOvers: 200, records: 1000, messages: 200 },
  algorithms: { elements: 2 ** 14, side: 40, calls: 1000, ordered: 10_000, many: 20_000, rows: 20_000, users: 5_000 },
}

for (const [name, load] of Object.entries(suites)) {
  test(`all sides of ${name} give the same result`, async () => {
    const { options, prepare } = await load()
    const comparisons = (await prepare({ ...options, ...small[name] })).values()
    const compareAll = async () => {
      for (const comparison of comparisons) {
        const { sides } = await compare(comparison, 1)
        for (const { measures } of sides) for (const { median } of Object.values(measures)) assert.ok(median >= 0)
      }
    }
    // Two at a time: each is on one CPU for the most part.
    await Promise.all([compareAll(), compareAll()])
  })
}

test.run()
