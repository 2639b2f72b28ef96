import { fork } from 'node:child_process'
import { reportSeconds } from '../frame/report-seconds.js'

/** The ring's work by messages: a child sends records of 64 bytes to its parent. `send.js COUNT`. */
const count = Number(process.argv[2])
if (process.send === undefined) {
  const child = fork(new URL(import.meta.url), [String(count)], { serialization: 'advanced' })
  let received = 0
  let start = 0
  // There from the first message on: node keeps those that nobody listens to, and fails when one of them ends the connection.
  child.on('message', (record: Uint8Array) => {
    if (received === 0) start = performance.now()
    if (record[0] !== (received & 0xff)) throw new Error(`record ${received} is not the one that was sent`)
    received += 1
    if (received < count) return
    console.log('done')
    reportSeconds({ work: (performance.now() - start) / 1_000 / count })
    child.disconnect()
  })
} else {
  const record = new Uint8Array(64)
  for (let i = 0; i < count; i += 1) {
    record[0] = i
    // A full pipe is waited for, so that what is measured is not how much memory a queue takes.
    if (i % 1_000 === 999) await new Promise((resolve) => process.send?.(record, undefined, {}, resolve))
    else process.send(record)
  }
}
