import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { allocate, createPool } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../../core/dist-test/support/watchdog.js'
import { heat } from '../dist/heat/heat.js'
import { checksum, heatPlate } from '../dist/heat/plate.js'
import { heatSequential } from '../dist/heat/sequential.js'

watchdog()

const main = fileURLToPath(new URL('../dist/heat/main.js', import.meta.url))
const backends = ['threads', 'processes'] as const

interface Plate {
  readonly width: number
  readonly height: number
  readonly steps: number
}

const awkward: readonly Plate[] = [
  { width: 1, height: 1, steps: 3 },
  { width: 2, height: 2, steps: 3 },
  { width: 3, height: 3, steps: 1 },
  { width: 31, height: 4, steps: 8 },
  { width: 3, height: 101, steps: 17 },
  { width: 97, height: 89, steps: 50 },
  { width: 64, height: 64, steps: 0 },
]

function sequential({ width, height, steps }: Plate): Float64Array {
  const grids = [new Float64Array(width * height), new Float64Array(width * height)] as const
  heatPlate(width, ...grids)
  return heatSequential(grids, width, steps)
}

/** Equal to the last bit, where `deepEqual` would let -0 and 0 or two NaNs pass or take minutes. */
function assertSameBits(actual: Float64Array, expected: Float64Array, message: string): void {
  const bytes = (grid: Float64Array) => Buffer.from(grid.buffer, grid.byteOffset, grid.byteLength)
  assert.ok(bytes(actual).equals(bytes(expected)), message)
}

const test = suite('heat')

for (const backend of backends) {
  for (const workers of [1, 2, 5]) {
    test(`equals the sequential plate to the last bit on ${workers} ${backend}, more than rows or not`, async () => {
      const pool = await createPool({ workers, backend })
      try {
        for (const plate of awkward) {
          const { width, height, steps } = plate
          const grids = [allocate(Float64Array, width * height), allocate(Float64Array, width * height)] as const
          heatPlate(width, ...grids)
          const actual = await heat(pool, grids, width, steps)
          assertSameBits(actual, sequential(plate), `${width} × ${height}, ${steps} steps`)
        }
      } finally {
        await pool.close()
      }
    })
  }
}

test('equals the sequential plate of 4,000 × 4,000 to the last bit on both backends', async () => {
  const plate = { width: 4000, height: 4000, steps: 5 }
  const expected = sequential(plate)
  const grids = [allocate(Float64Array, 4000 * 4000), allocate(Float64Array, 4000 * 4000)] as const
  for (const backend of backends) {
    heatPlate(plate.width, ...grids)
    const pool = await createPool({ workers: 2, backend })
    try {
      assertSameBits(await heat(pool, grids, plate.width, plate.steps), expected, backend)
    } finally {
      await pool.close()
    }
  }
})

test('prints one line with time and checksum', async () => {
  const expected = checksum(sequential({ width: 50, height: 50, steps: 10 }))
  for (const backend of backends) {
    const args = [main, '--size', '50', '--steps', '10', '--backend', backend, '--workers', '2']
    const { stdout } = await promisify(execFile)(process.execPath, args)
    assert.match(stdout, new RegExp(`^50 × 50, 10 steps: \\d+\\.\\d{3} s, checksum ${expected} \\(${backend}, 2 workers\\)\n$`))
  }
})

test('says in two lines what is wrong with its arguments, and exits with 2', async () => {
  for (const [args, wrong] of [
    [['--size', 'x'], "Expected a whole number from 1 on for --size but received 'x'"],
    [['--steps=-1'], "Expected a whole number from 0 on for --steps but received '-1'"],
    [['--backend', 'fibres'], 'Expected threads or processes for --backend but received fibres'],
    [['--sizes', '5'], "Unknown option '--sizes'"],
  ] as const) {
    const { status, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' })
    const [message, ...rest] = stderr.split('\n')
    assert.is(message, wrong)
    assert.match(rest.join('\n'), /^usage: .*\n$/)
    assert.is(status, 2)
  }
})

test.run()
