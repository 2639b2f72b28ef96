import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createPool } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const test = suite('the start of a worker')

/** The text of all files that are loaded with these modules. */
function textOf(...names: string[]): string {
  const paths = names.map((name) => fileURLToPath(import.meta.resolve(`#internal/${name}`)))
  const program = `${JSON.stringify(paths)}.forEach(require); console.log(JSON.stringify(Object.keys(require.cache)))`
  const loaded = JSON.parse(execFileSync(process.execPath, ['--eval', program], { encoding: 'utf8' })) as string[]
  const scripts = loaded.filter((file) => file.endsWith('.js'))
  return scripts.map((file) => readFileSync(file, 'utf8')).join('')
}

const all = textOf('worker/thread.js', 'worker/caller.js', 'memory/operations.js', 'pool/index.js')

function defines(text: string, name: string): boolean {
  return new RegExp(`(function|var|class) ${name}\\b`).test(text)
}

for (const name of ['worker/thread.js', 'worker/process.js']) {
  test(`${name} loads what runs tasks and regions; locks, collectives, records, the making of segments and the pool come later`, () => {
    const text = textOf(name)
    for (const needed of ['runTask', 'runRegion', 'ViewReader']) assert.ok(defines(text, needed), needed)
    for (const later of ['Mutex', 'Barrier', 'SpmdPart', 'TextReader', 'createBacking', 'Crew']) {
      assert.ok(defines(all, later), `${later} is defined elsewhere`)
      assert.not.ok(defines(text, later), later)
    }
  })
}

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

test('a thread answers before it has loaded more of perf_hooks than the clock', async () => {
  const pool = await createPool({ workers: 1 })
  try {
    const loaded = await pool.run(() => (process as unknown as { moduleLoadList: string[] }).moduleLoadList)
    assert.ok(loaded.includes('NativeModule worker_threads'))
    assert.not.ok(loaded.includes('NativeModule perf_hooks'))
  } finally {
    await pool.close()
  }
})

test.run()
