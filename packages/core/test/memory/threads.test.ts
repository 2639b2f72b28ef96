import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { Segment } from '@shoal/core'
import { addressOf } from '@shoal/native'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { backingOf } from '#internal/memory/segment.js'
import { skipLoudly } from '../support/machine.js'
import { withoutMaglev } from '../support/node-releases.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('threads that open by themselves')
const path = join(temporaryFolder(), 'shared')
writeFileSync(path, Buffer.alloc(8192))
const disorder = fileURLToPath(new URL('./fixtures/disorder.js', import.meta.url))
const mapsOnce = Number.parseInt(process.versions.node, 10) >= 22

function start(task: string, data: object = {}): Worker {
  return new Worker(new URL('./fixtures/opener.js', import.meta.url), { workerData: { task, path, ...data } })
}

test(`they see the same memory, ${mapsOnce ? 'at the same address' : 'at an address of their own (Node 20)'}`, async () => {
  using segment = Segment.open({ kind: 'file', path })
  segment.view(Uint8Array)[7] = 42
  const [answer] = await once(start('look'), 'message')
  assert.is(answer.byte, 42)
  assert.is(answer.address === addressOf(backingOf(segment).mapping!), mapsOnce)
})

test('they see each other through a descriptor of an anonymous segment too', async () => {
  using segment = Segment.create({ kind: 'anonymous', byteLength: 8192 })
  segment.view(Uint8Array)[7] = 43
  const [answer] = await once(start('look', { descriptor: segment.descriptor }), 'message')
  assert.is(answer.byte, 43)
  assert.is(answer.address === addressOf(backingOf(segment).mapping!), mapsOnce)
})

test('waiting and waking with garbage collections on both sides harms nobody', async () => {
  using segment = Segment.open({ kind: 'file', path })
  const words = segment.view(Int32Array)
  words.fill(0)
  const slice = mapsOnce ? undefined : 5 // on Node 20 nobody wakes across mappings
  const worker = start('wait', { slice })
  const rounds = 300
  const ended = once(worker, 'exit')
  const { setFlagsFromString } = await import('node:v8')
  setFlagsFromString('--expose-gc')
  const collect = (await import('node:vm')).runInNewContext('gc') as () => void
  for (let round = 1; round <= rounds; round += 1) {
    Atomics.store(words, 0, round)
    Atomics.notify(words, 0)
    Segment.open({ kind: 'file', path }) // dropped: one more buffer over the same bytes
    if (round % 20 === 0) collect()
    while (Atomics.load(words, 1) < round) Atomics.wait(words, 1, round - 1, slice)
  }
  Atomics.store(words, 0, -1)
  Atomics.notify(words, 0)
  assert.equal((await ended)[0], 0)
})

test('closing in one thread does not take the memory from another that has opened it', async () => {
  using segment = Segment.open({ kind: 'file', path })
  segment.view(Uint8Array)[9] = 9
  const [code] = await once(start('close'), 'exit')
  assert.is(code, 0)
  assert.is(segment.view(Uint8Array)[9], 9)
})

test('threads load, use and end in any order', async () => {
  const workers = Array.from({ length: 8 }, (_, i) => start(i % 2 === 0 ? 'busy' : 'look'))
  await Promise.all(workers.map((worker) => once(worker, 'message')))
  await Promise.all([...workers].reverse().map((worker) => worker.terminate()))
  using segment = Segment.open({ kind: 'file', path })
  segment.view(Uint8Array)[7] = 44
  const [answer] = await once(start('look'), 'message')
  assert.is(answer.byte, 44)
})

/** What four threads drop, and each can collect only of itself, is a few hundred at times. */
const descriptorsNeeded = 4096
const descriptors = Number(/^Max open files +\S+ +(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))![1])
const mayOpenMany = !(descriptors < descriptorsNeeded) // or `unlimited`
if (!mayOpenMany) skipLoudly('segments that come and go in no order', `needs ${descriptorsNeeded} descriptors (ulimit -n)`)
const withMany = mayOpenMany ? test : test.skip

withMany('segments that come and go in no order, under a file that is truncated, harm no thread', () => {
  for (const seed of [1, 2]) {
    const args = [withoutMaglev, disorder, path, String(seed)]
    const { status, signal, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 50_000 })
    assert.is(signal ?? status, 0, `seed ${seed}: ${stderr}`)
  }
})

test.run()
