import { readFileSync } from 'node:fs'
import { closeDescriptor, createSocketPair, receiveDescriptor, sendDescriptor } from '@shoal/native'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'
import { startProcess } from './support/member.js'
import { createMemory } from './support/shared-words.js'

watchdog()
const test = suite('descriptor socket')

function codeOf(action: () => unknown): string | undefined {
  try {
    action()
  } catch (error) {
    return (error as { code?: string }).code
  }
  return undefined
}

test('a running child gets memory that was made after it', async () => {
  const [ours, theirs] = createSocketPair()
  const member = startProcess(createMemory(), { role: 'receiveMemory', args: [] }, theirs)
  closeDescriptor(theirs)
  const late = createMemory()
  late.words[0] = 4711
  sendDescriptor(ours, Uint8Array.of(1, 2, 3), late.fd)
  assert.equal(await member.next(), { first: 4711, message: [1, 2, 3] })
  closeDescriptor(ours)
  await member.ended
})

test('messages keep their borders, and what they bring is close-on-exec', () => {
  const [a, b] = createSocketPair()
  sendDescriptor(a, Uint8Array.of(1), -1)
  sendDescriptor(a, Uint8Array.of(2, 3), a)
  assert.equal(receiveDescriptor(b, 0), { message: Uint8Array.of(1), fd: -1 })
  const second = receiveDescriptor(b, 0)
  assert.equal(second?.message, Uint8Array.of(2, 3))
  const fds = [a, b, second?.fd ?? -1]
  for (const fd of fds) assert.match(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'), /flags:\s+02[0-7]{6}\n/)
  fds.forEach(closeDescriptor)
})

test('no message is undefined, a full queue EAGAIN, a closed peer ECONNRESET and EPIPE', () => {
  const [a, b] = createSocketPair()
  assert.is(receiveDescriptor(b, 1), undefined)
  const fill = () => {
    for (;;) sendDescriptor(a, new Uint8Array(1024), -1)
  }
  assert.is(codeOf(fill), 'EAGAIN')
  closeDescriptor(a)
  closeDescriptor(b)
})

test('a closed peer is EPIPE to the sender and ECONNRESET to the receiver', () => {
  const [a, b] = createSocketPair()
  closeDescriptor(b)
  assert.is(
    codeOf(() => sendDescriptor(a, Uint8Array.of(1), -1)),
    'EPIPE',
  )
  assert.is(
    codeOf(() => receiveDescriptor(a, 0)),
    'ECONNRESET',
  )
  closeDescriptor(a)
  assert.is(
    codeOf(() => closeDescriptor(a)),
    'EBADF',
  )
})

test('an empty message is refused: it would look like the end of the peer', () => {
  assert.throws(() => sendDescriptor(1, new Uint8Array(0), -1), TypeError)
})

test.run()
