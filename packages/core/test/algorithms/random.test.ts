import { allocate, createPool, minMax, random, shuffle, type TypedArray } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'
import { isBigInt, isFloat, types } from './support/inputs.js'

watchdog()
const test = suite('random numbers')

type Loose = (xs: TypedArray, options: object) => TypedArray
const filled = random as unknown as Loose

test('they are those of Philox4x32-10', () => {
  // The first vector of Random123's kat_vectors.
  assert.equal([...random(new BigUint64Array(2))], [0xe169_c58d_6627_e8d5n, 0x9b00_dbd8_bc57_ac4cn])
})

test('element i is number i of the sequence that seed and stream name, whoever makes it', async () => {
  const pool = await createPool({ workers: 3 })
  try {
    const all = await random(pool, allocate(Float64Array, 200_003), { seed: 5, stream: 2 })
    assert.equal([...random(new Float64Array(1001), { seed: 5, stream: 2 })], [...all.subarray(0, 1001)])
    assert.not.equal(random(new Float64Array(1), { seed: 5 })[0], all[0])
    assert.not.equal(random(new Float64Array(1), { seed: 6, stream: 2 })[0], all[0])
  } finally {
    await pool.close()
  }
})

test('every type: from low on and below high, each sixteenth as often', () => {
  for (const type of types) {
    const [low, high] = isBigInt(type) ? [16n, 32n] : [16, 32]
    const counts = new Uint32Array(16)
    for (const x of filled(new type(160_000), { low, high })) counts[Math.floor(Number(x)) - 16]!++
    // Within five standard deviations.
    for (const count of counts) assert.ok(Math.abs(count - 10_000) < 500, `${type.name}: ${counts}`)
  }
})

test('no float is outside its bounds by rounding, and none is what its type can not hold', () => {
  for (const low of [0.7, 0.1, -0.3]) {
    const { min, max } = minMax(random(new Float32Array(20_000), { low, high: low + 3e-7 }))
    assert.ok(min >= low && max < low + 3e-7, `${low}: ${min}, ${max}`)
  }
  for (const type of types.filter(isFloat)) {
    const most = { 2: 65_504, 4: 3.4028234663852886e38, 8: Number.MAX_VALUE }[type.BYTES_PER_ELEMENT]!
    assert.ok(Number.isFinite(filled(new type(1), { high: most })[0]))
    assert.throws(() => filled(new type(1), { high: most * 2 }), /Expected a finite number less than \S+, which is high, with some Float/)
    assert.throws(() => filled(new type(1), { low: Number.NaN }), RangeError)
    assert.throws(() => filled(new type(1), { low: 2, high: 2 }), RangeError)
  }
  assert.throws(() => random(new Float32Array(1), { low: 0.7, high: 0.70000001 }), RangeError)
})

test('each order of four is as likely', () => {
  const counts = new Map<string, number>()
  for (let seed = 0; seed < 24_000; seed++) {
    const order = shuffle(Uint8Array.of(0, 1, 2, 3), { seed }).join()
    counts.set(order, (counts.get(order) ?? 0) + 1)
  }
  assert.is(counts.size, 24)
  for (const [order, count] of counts) assert.ok(Math.abs(count - 1000) < 170, `${order}: ${count}`)
})

test.run()
