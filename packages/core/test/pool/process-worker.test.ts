import { createDoorbell } from '@shoal/native'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createSparse } from '#internal/memory/index.js'
import { ProcessWorker } from '#internal/pool/process-worker.js'
import { ControlLayout } from '#internal/protocol/index.js'
import { watchdog } from '../support/watchdog.js'
import { children, isGone } from './support/processes.js'

watchdog(60_000)

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
  void worker.run({ type: 'run', kernel: 0, args: [] })
  const { how } = await worker.died
  assert.is(how, 'was killed by SIGKILL')
  await Promise.all(entered)
  doorbell.close()
  control.close()
})

test.run()
