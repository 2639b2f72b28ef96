import { once } from 'node:events'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { reportSeconds } from '../frame/report-seconds.js'

/** What giving memory to a thread costs without sharing: structured clone, `clone.js BYTES`. */
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url))
  await once(worker, 'message')
  const view = new Uint8Array(Number(process.argv[2])).fill(7)
  const start = performance.now()
  worker.postMessage(view)
  const [answer] = await once(worker, 'message')
  const work = (performance.now() - start) / 1000
  if (answer !== 7) throw new Error(`the worker read ${answer}`)
  await worker.terminate()
  console.log('done')
  reportSeconds({ work })
} else {
  parentPort!.on('message', (view: Uint8Array) => parentPort!.postMessage(view[5]))
  parentPort!.postMessage('ready')
}
