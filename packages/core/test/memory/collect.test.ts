import { once } from 'node:events'
import { runInNewContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { collectGarbage } from '#internal/memory/index.js'
import { watchdog } from '../support/watchdog.js'

watchdog()

const test = suite('collectGarbage')

test('takes back the flag that it collects by: V8 would start every later thread without its compiled builtins', () => {
  collectGarbage()
  assert.is(runInNewContext('typeof gc'), 'undefined')
})

test('works in threads that collect for the first time at once, and take the flag of the process from each other', async () => {
  const threads = 6
  const file = new URL('./fixtures/collecting.js', import.meta.url)
  for (let round = 0; round < 5; round++) {
    const arrived = new Int32Array(new SharedArrayBuffer(4))
    const workers = Array.from({ length: threads }, () => new Worker(file, { workerData: { arrived, threads } }))
    for (const [code] of await Promise.all(workers.map((worker) => once(worker, 'exit')))) assert.is(code, 0)
  }
})

test.run()
