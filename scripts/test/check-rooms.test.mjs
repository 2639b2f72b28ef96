import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkRooms } from '../check-rooms.mjs'
import { importsOf } from '../rooms/imports.mjs'

const test = suite('rooms')

/** What the check says of a checkout that holds these files. */
function check(files) {
  const base = mkdtempSync(join(tmpdir(), 'shoal-rooms-'))
  try {
    mkdirSync(join(base, 'packages/core/src'), { recursive: true })
    for (const [file, source] of Object.entries(files)) {
      mkdirSync(dirname(join(base, file)), { recursive: true })
      writeFileSync(join(base, file), source)
    }
    return checkRooms(base)
  } finally {
    rmSync(base, { recursive: true })
  }
}

function refused(file, source, reason) {
  const [line, ...others] = check({ [file]: source })
  assert.match(line, reason)
  assert.equal(others, [])
}

test('a room may import rooms below it, itself and Node', () => {
  const source = `import { ShoalError } from '../errors/index.js'
    import type { Pool } from './pool.js'
    import { fork } from 'node:child_process'
    const entry = new URL('../worker/thread.js', import.meta.url)`
  assert.equal(check({ 'packages/core/src/pool/thread-pool.ts': source }), [])
})

test('a room may not import a room above it, in whatever form', () => {
  const file = 'packages/core/src/sync/barrier.ts'
  const reason = 'the room sync is below pool'
  refused(file, `import { createPool } from '../pool/index.js'`, reason)
  refused(file, `import type { Pool } from '../pool/index.js'`, reason)
  refused(file, `import {\n  a,\n  type Pool,\n} from "../pool/index.js"`, reason)
  refused(file, `import * as pool from '../pool/index.js'`, reason)
  refused(file, `import '../pool/index.js'`, reason)
  refused(file, `export { Pool } from '../pool/index.js'`, reason)
  refused(file, `export * from '../pool/index.js'`, reason)
  refused(file, `const pool = await import('../pool/index.js')`, reason)
  refused(file, `type Pool = import('../pool/index.js').Pool`, reason)
})

test('nobody imports the worker, and it does not import the pool', () => {
  refused('packages/core/src/pool/pool.ts', `import { enter } from '../worker/index.js'`, 'reached by URL')
  refused('packages/core/src/job/run-job.ts', `import { enter } from '../worker/index.js'`, 'reached by URL')
  refused('packages/core/src/worker/thread.ts', `import { Pool } from '../pool/index.js'`, 'only in protocol')
})

test('rooms of plain TypeScript do not import the addon', () => {
  refused('packages/core/src/schedule/cut.ts', `import { map } from '@shoal/native'`, 'does not import @shoal/native')
  assert.equal(check({ 'packages/core/src/memory/segment.ts': `import { map } from '@shoal/native'` }), [])
})

test('packages are imported downwards and by name', () => {
  refused('packages/core/src/index.ts', `import { run } from '@shoal/cli'`, 'packages/core is below packages/cli')
  refused('packages/cli/src/bin.ts', `import { sum } from '../../core/src/index.js'`, 'by its name')
  const source = `import { sum } from '@shoal/core'; import { isJob } from '@shoal/core/job'`
  assert.equal(check({ 'packages/cli/src/bin.ts': source }), [])
})

test('only one file loads the addon', () => {
  refused('packages/core/src/memory/segment.ts', `const load = require('node-gyp-build')`, 'loads the addon')
  assert.equal(check({ 'packages/native/lib/binding.ts': `import load from 'node-gyp-build'` }), [])
})

test('a folder of core that is no room is refused', () => {
  refused('packages/core/src/utils/debounce.ts', 'export const a = 1', 'utils is no room')
})

test('comments and strings are no imports', () => {
  assert.equal(importsOf(`/** import { a } from 'b' */ // import 'c'\nconst url = 'https://d' // import 'e'\nimport f from 'f'`), ['f'])
})

test.run()
