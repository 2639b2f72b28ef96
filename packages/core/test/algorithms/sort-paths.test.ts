import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('sorts on every path of instructions')
const program = fileURLToPath(new URL('./support/sort-digests.js', import.meta.url))

test('have the same result, bit by bit', () => {
  const [portable, ...others] = ['portable', 'avx2', 'best'].map((path) =>
    execFileSync(process.execPath, [program], { env: { ...process.env, SHOAL_KERNELS: path }, encoding: 'utf8' }),
  )
  for (const digests of others) assert.is(digests, portable)
})

test.run()
