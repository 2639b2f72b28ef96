import { Worker } from 'node:worker_threads'
import { createDoorbell } from '@shoal/native'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createSparse } from '#internal/memory/index.js'
import { ProcessWorker } from '#internal/pool/process-worker.js'
import { ControlLayout } from '#internal/protocol/index.js'
import { watchdog } from '../support/watchdog.js'
import { children, isGone } from './support/processes.js'

watchdog()

const test = suite('ProcessWorker')

test('what is sent to a process that has just been killed is no error, and how it ended is told by its end', async () => {
  const control = createSparse(new ControlLayout(1).byteLength)
  const doorbell = createDoorbell(() => {})
  const none = { resourceLimits: undefined, execArgv: undefined, env: undefined, cpus: undefined }
  const worker = new ProcessWorker({ rank: 0, size: 1, control, doorbellFd: doorbell.fd, ...none })
  await worker.ready
  worker.ref()
  const [pid] = children()
  process.kill(pid!, 'SIGKILL')
  while (!isGone(pid!));
  const entered = [worker.enter(), worker.enter()]
  void worker.run([0])
  const { how } = await worker.died
  assert.is(how, 'was killed by SIGKILL')
  await Promise.all(entered)
  doorbell.close()
  control.close()
})

for (const how of ['is terminated', 'throws', 'exits']) {
  test(`when a thread that has a pool of processes ${how}, they are gone with it, and are no zombies`, async () => {
    const thread = new Worker(new URL('./fixtures/forsaken-pool.js', import.meta.url), { workerData: how })
    thread.on('error', () => {})
    // `once` of node:events would reject with what the thread throws.
    const told = (event: string): Promise<unknown> => new Promise((resolve) => thread.once(event, resolve))
    const ended = told('exit')
    if (how === 'is terminated') await told('message')
    if (how === 'is terminated') await thread.terminate()
    await ended
    assert.equal(children(), [])
  })
}

test.run()
