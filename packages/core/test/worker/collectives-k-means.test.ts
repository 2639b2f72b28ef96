import { allocate, createPool } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'
import { is } from './fixtures/context-types.js'

watchdog()
const test = suite('k-means')

test('k-means by collectives finds the four corners, and all ranks agree on when', async () => {
  const [n, dim, k] = [4000, 2, 4]
  const points = allocate(Float32Array, n * dim)
  const centres = allocate(Float64Array, k * dim)
  const corners = [0, 0, 0, 9, 9, 0, 9, 9]
  for (let p = 0; p < n; p++) {
    const c = p % k
    points[p * dim] = corners[c * dim]! + ((p * 7) % 11) / 11
    points[p * dim + 1] = corners[c * dim + 1]! + ((p * 5) % 13) / 13
  }
  for (let c = 0; c < k; c++) centres.set(points.subarray(c * dim, c * dim + dim), c * dim)
  const pool = await createPool({ workers: 3 })
  try {
    const iterations = await pool.spmd(
      (ctx, points, centres, dim, k, most) => {
        const mine = ctx.partition(points, { unit: dim }).view
        const sums = new Float64Array(k * dim + k)
        for (let iteration = 0; iteration < most; iteration++) {
          sums.fill(0)
          for (let p = 0; p < mine.length; p += dim) {
            let best = 0
            let least = Number.POSITIVE_INFINITY
            for (let c = 0; c < k; c++) {
              let distance = 0
              for (let j = 0; j < dim; j++) distance += (mine[p + j]! - centres[c * dim + j]!) ** 2
              if (distance < least) {
                least = distance
                best = c
              }
            }
            for (let j = 0; j < dim; j++) sums[best * dim + j]! += mine[p + j]!
            sums[k * dim + best]!++
          }
          const total = ctx.allReduce(sums, 'sum')
          let moved = 0
          if (ctx.barrier()) {
            for (let c = 0; c < k; c++) {
              for (let j = 0; j < dim; j++) {
                const x = total[c * dim + j]! / total[k * dim + c]!
                moved += Math.abs(x - centres[c * dim + j]!)
                centres[c * dim + j] = x
              }
            }
          }
          moved = ctx.allReduce(moved, 'sum')
          if (moved < 1e-9) return iteration
        }
        return most
      },
      { args: [points, centres, dim, k, 100] },
    )
    is<typeof iterations, number[]>(true)
    assert.ok(iterations[0]! < 100)
    assert.equal(iterations, new Array(3).fill(iterations[0]))
    for (let i = 0; i < k * dim; i++) assert.ok(Math.abs(centres[i]! - corners[i]! - 0.46) < 0.02, `centre ${centres[i]}`)
  } finally {
    await pool.close()
  }
})

test.run()
