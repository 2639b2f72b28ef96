import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  constants,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { openNpy, type ShoalError, sum, writeNpy } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { linkedModule } from '../support/linked-module.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'
import { types } from './support/inputs.js'

watchdog()
const test = suite('.npy files')
const folder = temporaryFolder()
const hasNumpy = spawnSync('python3', ['-c', 'import numpy']).status === 0

test('what is written is mapped again, of every type', () => {
  for (const type of types) {
    if (type.name === 'Uint8ClampedArray') continue
    const path = join(folder, `${type.name}.npy`)
    const xs = new type(6)
    writeNpy(path, xs, { shape: [2, 3] })
    const { view, shape, fortranOrder, segment } = openNpy(path)
    assert.equal([shape, fortranOrder, view.constructor], [[2, 3], false, type])
    assert.equal([...view], [...xs])
    segment.close()
  }
})

test('a file that is mapped for writing changes', () => {
  const path = join(folder, 'changes.npy')
  writeNpy(path, Float64Array.of(1, 2, 3))
  const { view, segment } = openNpy(path, { access: 'readwrite' })
  view[0] = 5
  segment.close()
  assert.is(sum(openNpy(path).view), 10)
})

test('a file is replaced by what was mapped from it, and others that have mapped it keep what it was', () => {
  const path = join(folder, 'replaced.npy')
  const link = join(folder, 'link.npy')
  writeNpy(path, Float64Array.of(1, 2, 3))
  chmodSync(path, 0o600)
  symlinkSync(path, link)
  for (const access of ['copyonwrite', 'readwrite'] as const) {
    const { view, segment } = openNpy(path, { access })
    const other = openNpy(path)
    view[0] = 5
    writeNpy(link, view.subarray(0, 2))
    assert.equal([...openNpy(path).view], [5, 2])
    assert.is(other.view[2], 3)
    for (const mapped of [segment, other.segment]) mapped.close()
    writeNpy(path, Float64Array.of(1, 2, 3))
  }
  assert.is(statSync(path).mode & 0o777, 0o600)
  assert.equal(
    readdirSync(folder).filter((name) => name.endsWith('.part')),
    [],
  )
})

test('who may read and write a file may do so when it is replaced, whatever the umask takes from new ones', () => {
  const path = join(folder, 'shared.npy')
  const before = process.umask(0o077)
  try {
    writeNpy(path, Float64Array.of(1))
    assert.is(statSync(path).mode & 0o777, 0o600)
    chmodSync(path, 0o664)
    writeNpy(path, Float64Array.of(2))
    assert.is(statSync(path).mode & 0o777, 0o664)
  } finally {
    process.umask(before)
  }
})

test('a pipe is written to, and the program can load modules behind links afterwards', () => {
  const load = linkedModule()
  const path = join(folder, 'pipe')
  execFileSync('mkfifo', [path])
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  writeNpy(path, Uint8Array.of(1, 2, 3))
  const bytes = Buffer.alloc(1000)
  const written = bytes.subarray(0, readSync(reader, bytes))
  closeSync(reader)
  assert.equal([...written.subarray(-3)], [1, 2, 3])
  assert.is(load(), 'loaded')
})

test('what is no regular file is refused, a pipe into which nobody writes among them', () => {
  const pipe = join(folder, 'silent')
  execFileSync('mkfifo', [pipe])
  for (const path of [pipe, folder, '/dev/null']) {
    assert.throws(
      () => openNpy(path),
      ({ code, message }: ShoalError) => code === 'SHOAL_SEGMENT_NOT_A_FILE' && message.includes(path),
    )
  }
})

test('other files, and other shapes, are refused', () => {
  const path = join(folder, 'text.npy')
  writeFileSync(path, 'no numbers here')
  assert.throws(() => openNpy(path), /Expected a \.npy file for path/)
  for (const shape of [
    [2, 2],
    [-1, -3],
    [0.5, 6],
    [1, '3' as never],
  ]) {
    assert.throws(() => writeNpy(path, new Float64Array(3), { shape }), /Expected sides whose product is 3/)
  }
  assert.throws(() => writeNpy(path, new Float64Array(3), { shape: 3 as never }), /Expected an array of integers for shape/)
  writeNpy(path, new Float64Array(3))
  const whole = readFileSync(path)
  writeFileSync(path, whole.subarray(0, -8))
  assert.throws(() => openNpy(path), /Expected a \.npy file of the 3 elements that its shape has for path but received 'one of 2'/)
  writeFileSync(path, whole.toString('latin1').replace('(3,)', '(-3,)'), 'latin1')
  assert.throws(() => openNpy(path), /Expected a \.npy file of little-endian numbers/)
})

if (!hasNumpy) console.error('SKIPPED: numpy reads the files (python3 has no numpy)')
const withNumpy = hasNumpy ? test : test.skip
withNumpy('numpy reads what is written, and its files are mapped', () => {
  const path = join(folder, 'there.npy')
  const back = join(folder, 'back.npy')
  writeNpy(path, Float32Array.of(1, 2, 3, 4, 5, 6), { shape: [2, 3] })
  const program = 'import sys, numpy as np; a = np.load(sys.argv[1]); assert a.shape == (2, 3); np.save(sys.argv[2], (a * 2).astype("f8"))'
  assert.is(spawnSync('python3', ['-c', program, path, back]).status, 0)
  const { view, shape } = openNpy(back)
  assert.equal(
    [[...view], shape],
    [
      [2, 4, 6, 8, 10, 12],
      [2, 3],
    ],
  )
})

test.run()
