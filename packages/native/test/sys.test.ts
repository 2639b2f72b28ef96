import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import { buildVariant } from './support/build.js'
import { plain } from './support/builds.js'

const test = suite('the system layer, in C++')

test('does what its tests say', async () => {
  const folder = await buildVariant(plain)
  await promisify(execFile)(join(folder, 'build/Release/sys_test'), [], { timeout: 600_000 })
})

test.run()
