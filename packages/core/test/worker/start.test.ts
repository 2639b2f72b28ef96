import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { createPool, Segment } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const test = suite('the start of a worker')

/** All files that are loaded with these modules. */
function filesOf(...names: string[]): string[] {
  const paths = names.map((name) => fileURLToPath(import.meta.resolve(`#internal/${name}`)))
  const program = `${JSON.stringify(paths)}.forEach(require); console.log(JSON.stringify(Object.keys(require.cache)))`
  return JSON.parse(execFileSync(process.execPath, ['--eval', program], { encoding: 'utf8' })) as string[]
}

function textOf(...names: string[]): string {
  const scripts = filesOf(...names).filter((file) => file.endsWith('.js'))
  return scripts.map((file) => readFileSync(file, 'utf8')).join('')
}

const all = textOf('worker/run-region.js', 'worker/caller.js', 'memory/operations.js', 'pool/index.js')

function defines(text: string, name: string): boolean {
  return new RegExp(`(function|var|class) ${name}\\b`).test(text)
}

function isWithout(text: string, names: readonly string[]): void {
  for (const name of names) {
    assert.ok(defines(all, name), `${name} is defined elsewhere`)
    assert.not.ok(defines(text, name), name)
  }
}

const LATER = ['Mutex', 'Barrier', 'SpmdPart', 'TextReader', 'createBacking', 'Crew']

test('a worker loads what runs tasks; segments, values that refer to them, regions, locks, collectives, records and the pool come later', () => {
  const text = textOf('worker/start.js')
  for (const needed of ['thread', 'startProcess', 'runTask']) assert.ok(defines(text, needed), needed)
  isWithout(text, [...LATER, 'runRegion', 'ViewReader', 'Segment', 'lower', 'raise', 'encodeThrown'])
})

test('its first region loads what runs regions, and still none of the others', () => {
  const text = textOf('worker/run-region.js')
  for (const needed of ['runTask', 'runRegion', 'ViewReader']) assert.ok(defines(text, needed), needed)
  isWithout(text, LATER)
})

test('a worker is started from as few files as there can be: its own, the addon, and what finds that', () => {
  assert.equal(
    filesOf('worker/start.js').map((path) => basename(path)),
    ['start.js', 'binding.js', 'shoal_native.node'],
  )
})

/** Whether piscina is loaded where this runs, once the library is. */
const LOADS_PISCINA = `async () => {
  const { createRequire } = await import('node:module')
  const require = createRequire(${JSON.stringify(import.meta.url)})
  require('@shoal/core')
  return Object.keys(require.cache).some((path) => path.endsWith('piscina/main.js'))
}`

function answerOf(program: string): unknown {
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' }))
}

test('a program has loaded piscina with the library, before it makes a pool; a thread of its own has not', () => {
  assert.is(answerOf(`console.log(await (${LOADS_PISCINA})())`), true)
  const inThread = `(async () => (await import('node:worker_threads')).parentPort.postMessage(await (${LOADS_PISCINA})()))()`
  const program = `import { Worker } from 'node:worker_threads'
    new Worker(${JSON.stringify(inThread)}, { eval: true }).on('message', console.log)`
  assert.is(answerOf(program), false)
})

for (const backend of ['threads', 'processes'] as const) {
  test(`a kernel that loads the library does not load piscina: ${backend}`, async () => {
    const pool = await createPool({ workers: 1, backend })
    try {
      assert.is(await pool.run(new Function(`return ${LOADS_PISCINA}`)() as () => Promise<boolean>), false)
    } finally {
      await pool.close()
    }
  })
}

test('a thread answers a task with plain values before it has loaded segments, and shares what it loads then with the library', async () => {
  const pool = await createPool({ workers: 1 })
  const loads = new Function(`return async () => {
    const { createRequire } = await import('node:module')
    return Object.keys(createRequire(${JSON.stringify(import.meta.url)}).cache).some((path) => path.endsWith('worker/values.js'))
  }`)() as () => Promise<boolean>
  const isSegment = new Function(`return async (segment) => {
    const { createRequire } = await import('node:module')
    return segment instanceof createRequire(${JSON.stringify(import.meta.url)})('@shoal/core').Segment
  }`)() as (segment: Segment) => Promise<boolean>
  const segment = Segment.create({ kind: 'anonymous', byteLength: 8 })
  try {
    assert.is(await pool.run(loads), false)
    assert.is(await pool.run(isSegment, segment), true)
    assert.is(await pool.run(loads), true)
  } finally {
    await pool.close()
    segment.close()
  }
})

test('a worker answers a task with plain values before it has loaded node:v8', async () => {
  const pool = await createPool({ workers: 1 })
  try {
    const loaded = (x: number) =>
      [x, (process as unknown as { moduleLoadList: string[] }).moduleLoadList.includes('NativeModule v8')].join()
    assert.is(await pool.run(loaded, 7), '7,false')
    assert.is(await pool.run((xs: number[]) => xs.length, [1, 2]), 2)
    assert.is(await pool.run(loaded, 7), '7,true')
  } finally {
    await pool.close()
  }
})

test('a thread answers before it has loaded modules of Node that are hardly ever asked', async () => {
  const names = () => (process as unknown as { moduleLoadList: string[] }).moduleLoadList
  const bare = `require('worker_threads').parentPort.postMessage((${names})())`
  const [before] = (await once(new Worker(bare, { eval: true }), 'message')) as [string[]]
  const pool = await createPool({ workers: 1 })
  try {
    const loaded = await pool.run(names)
    assert.ok(loaded.includes('NativeModule worker_threads'))
    for (const name of ['perf_hooks', 'url', 'os'].filter((name) => !before.includes(`NativeModule ${name}`)))
      assert.not.ok(loaded.includes(`NativeModule ${name}`), name)
  } finally {
    await pool.close()
  }
})

test.run()
