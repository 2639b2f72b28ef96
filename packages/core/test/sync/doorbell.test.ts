import { once } from 'node:events'
import { createDoorbell, ringDoorbell } from '@shoal/native'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'
import { startMember, startProcess } from './support/member.js'
import { createMemory } from './support/shared-words.js'

watchdog()
const test = suite('doorbell')
const memory = createMemory()

/** A doorbell that keeps the loop alive until it has rung once. */
function expectRing(): { fd: number; rung: Promise<void> } {
  let resolve: () => void
  const rung = new Promise<void>((done) => {
    resolve = done
  })
  const doorbell = createDoorbell(() => {
    doorbell.close()
    resolve()
  })
  doorbell.ref()
  return { fd: doorbell.fd, rung }
}

test('a thread rings it', async () => {
  const { fd, rung } = expectRing()
  const member = startMember('threads', memory, 'ring', fd)
  await rung
  await member.ended
})

test('a child rings it through an inherited descriptor', async () => {
  const { fd, rung } = expectRing()
  const member = startProcess(memory, { role: 'ring', args: [5] }, fd)
  await rung
  await member.ended
})

test('rings that come together are answered together', async () => {
  let calls = 0
  const doorbell = createDoorbell(() => calls++)
  for (let i = 0; i < 100; i++) ringDoorbell(doorbell.fd)
  const { fd, rung } = expectRing()
  ringDoorbell(fd)
  await rung
  assert.is(calls, 1)
  doorbell.close()
  doorbell.close()
  assert.is(doorbell.fd, -1)
})

test('a worker that has one of its own can be terminated', async () => {
  const member = startMember('threads', memory, 'hearOwnDoorbell', false)
  assert.is(await member.next(), 'rung')
  await member.kill()
})

test('a process that has one open and ref-ed ends by process.exit', async () => {
  const member = startMember('processes', memory, 'hearOwnDoorbell', true)
  assert.is(await member.next(), 'rung')
  await member.ended
})

test('an exception in its callback is an uncaught one', async () => {
  const doorbell = createDoorbell(() => {
    doorbell.close()
    throw new Error('from the doorbell')
  })
  doorbell.ref()
  ringDoorbell(doorbell.fd)
  const [error] = await once(process, 'uncaughtException')
  assert.is((error as Error).message, 'from the doorbell')
})

test('a ring to no descriptor is an error, and what is no function is refused', () => {
  assert.throws(
    () => ringDoorbell(-1),
    (error: { code: string }) => error.code === 'EBADF',
  )
  assert.throws(() => createDoorbell(undefined as never), TypeError)
})

test.run()
