import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Segment, segmentOf } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { handOver } from '#internal/memory/index.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('handing a segment over')
const folder = temporaryFolder()
const path = join(folder, 'data')
writeFileSync(path, Buffer.alloc(70_000, 1))

const kinds = {
  anonymous: () => Segment.create({ kind: 'anonymous', byteLength: 70_000 }),
  'private sysv': () => Segment.create({ kind: 'sysv', byteLength: 70_000 }),
  'part of a file': () => Segment.open({ kind: 'file', path, byteOffset: 8, byteLength: 69_992 }),
}

for (const [kind, create] of Object.entries(kinds)) {
  test(`${kind}: a forked process maps the same memory under the same id`, async () => {
    using segment = create()
    const { data, fd } = handOver(segment)
    const child = fork(new URL('./fixtures/taker.js', import.meta.url), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc', fd < 0 ? 'ignore' : fd],
      serialization: 'advanced',
    })
    const ended = once(child, 'exit') // can come before the last message
    child.send({ data, fd: fd < 0 ? -1 : 4 })
    const [id] = await once(child, 'message')
    assert.is(id, segment.id)
    assert.is(segment.view(Uint8Array).at(-1), 99)
    await ended
    assert.is(segment.view(Uint8Array).at(-1), 99)
  })

  test(`${kind}: a thread adopts the buffer that it was sent, and can do with it what its creator can`, async () => {
    using segment = create()
    const worker = new Worker(new URL('./fixtures/adopter.js', import.meta.url), {
      workerData: { data: handOver(segment).data, buffer: segment.buffer },
    })
    const ended = once(worker, 'exit')
    const [found] = await once(worker, 'message')
    const { id, byteLength } = segment
    const { mode } = segment.stat()
    assert.equal(found, { id, again: true, byteLength, residentBytes: byteLength, mode, recent: true })
    assert.is(segment.view(Uint8Array)[3], 77)
    await ended
    assert.is(segment.view(Uint8Array)[3], 77)
  })
}

test('a thread that closes what it adopted takes nothing from the others', async () => {
  using segment = Segment.create({ kind: 'anonymous', byteLength: 64 })
  segment.view(Uint8Array).fill(5)
  const worker = new Worker(new URL('./fixtures/adopter.js', import.meta.url), {
    workerData: { data: handOver(segment).data, buffer: segment.buffer, close: true },
  })
  await once(worker, 'exit')
  assert.is(segment.view(Uint8Array)[10], 5)
  assert.is(segmentOf(segment.buffer), segment)
})

test('what its creator has closed is closed for the threads that have adopted it', async () => {
  const segment = Segment.open({ kind: 'file', path })
  const worker = new Worker(new URL('./fixtures/adopter.js', import.meta.url), {
    workerData: { data: handOver(segment).data, buffer: segment.buffer, again: true },
  })
  await once(worker, 'message')
  segment.close()
  worker.postMessage('again')
  const [found] = await once(worker, 'message')
  assert.equal(found, { code: 'SHOAL_SEGMENT_CLOSED', byte: 0 })
  await worker.terminate()
})

test.run()
