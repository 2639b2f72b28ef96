import { allocate, type Pool, type RegionOptions } from '@shoal/core'
import * as assert from 'uvu/assert'

const LENGTH = 6_400
const CHUNK = 100

/** One call of each kind that can be done again after a death; each checks its result against the sequential one. */
export const retriedCalls: Readonly<Record<string, (pool: Pool, options: RegionOptions) => Promise<void>>> = {
  async 'map into another view'(pool, options) {
    const source = numbers()
    const into = allocate(Float64Array, LENGTH)
    await pool.map(source, (x, i) => 2 * x + i, { ...options, chunkLength: CHUNK, into })
    assert.ok(into.every((y, i) => y === 3 * i))
  },

  async 'map in place with preimage'(pool, options) {
    const source = numbers()
    await pool.map(source, (x) => 2 * x + 1, { ...options, chunkLength: CHUNK, into: source, retry: 'preimage' })
    assert.ok(source.every((y, i) => y === 2 * i + 1))
  },

  async 'forChunks in place with preimage and combine'(pool, options) {
    const source = numbers()
    const chunks = await pool.forChunks(
      source,
      (chunk) => {
        for (let i = 0; i < chunk.length; i++) chunk.view[i]! += chunk.start + i
        return `${chunk.index},`
      },
      { ...options, chunkLength: CHUNK, retry: 'preimage', combine: (a, b) => a + b },
    )
    assert.ok(source.every((y, i) => y === 2 * i))
    assert.is(chunks, [...Array(LENGTH / CHUNK).keys()].map((index) => `${index},`).join(''))
  },

  'forChunks without a result': (pool, options) => hitAll(pool, options),

  'forChunks without a result, round robin': (pool, options) => hitAll(pool, { ...options, schedule: 'static' }),

  async 'forChunks with combine, of text'(pool, options) {
    const text = await pool.forChunks(LENGTH, (chunk) => `${chunk.index},`, {
      ...options,
      chunkLength: CHUNK,
      retry: 'idempotent',
      combine: (a, b) => a + b,
    })
    assert.is(text, [...Array(LENGTH / CHUNK).keys()].map((index) => `${index},`).join(''))
  },

  async 'forChunks with combine, of maps'(pool, options) {
    const counts = await pool.forChunks(LENGTH, (chunk) => new Map([[chunk.index % 7, chunk.length]]), {
      ...options,
      chunkLength: CHUNK,
      retry: 'idempotent',
      combine: (a, b) => {
        for (const [key, count] of b) a.set(key, (a.get(key) ?? 0) + count)
        return a
      },
    })
    for (let key = 0; key < 7; key++) assert.is(counts.get(key), CHUNK * Math.ceil((LENGTH / CHUNK - key) / 7))
  },

  async foldChunks(pool, options) {
    const seen = await pool.foldChunks(
      LENGTH,
      (indices: number[], chunk) => {
        indices.push(chunk.index)
        return indices
      },
      { ...options, chunkLength: CHUNK, retry: 'idempotent', init: () => [], combine: (a, b) => a.concat(b) },
    )
    assert.equal(
      seen.sort((a, b) => a - b),
      [...Array(LENGTH / CHUNK).keys()],
    )
  },

  async reduce(pool, options) {
    const source = numbers()
    const total = await pool.reduce(source, (sum, x) => sum + x, { ...options, chunkLength: CHUNK, identity: 0, combine: (a, b) => a + b })
    assert.is(total, (LENGTH * (LENGTH - 1)) / 2)
  },
}

function numbers(): Float64Array<SharedArrayBuffer> {
  const view = allocate(Float64Array, LENGTH)
  for (let i = 0; i < LENGTH; i++) view[i] = i
  return view
}

async function hitAll(pool: Pool, options: RegionOptions): Promise<void> {
  const hits = allocate(Int32Array, LENGTH)
  await pool.forChunks(
    LENGTH,
    (chunk, words) => {
      for (let i = chunk.start; i < chunk.end; i++) words[i] = i
    },
    { ...options, chunkLength: CHUNK, retry: 'idempotent', args: [hits] },
  )
  assert.ok(hits.every((hit, i) => hit === i))
}
