import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createSparse } from '#internal/memory/index.js'

const test = suite('sparse segments')
const byteLength = 256 * 2 ** 20

test('a sparse segment starts no run of the collector; another one does, since dropped ones would never be collected', async () => {
  assert.not.match(await collectorDuring(`createSparse(${byteLength})`), 'external memory pressure')
  assert.match(await collectorDuring(`Segment.create({ kind: 'anonymous', byteLength: ${byteLength} })`), 'external memory pressure')
})

test('it is memory as any other where it is touched', () => {
  const sparse = createSparse(byteLength)
  const bytes = sparse.view(Uint8Array)
  bytes[byteLength - 1] = 7
  assert.is(bytes[byteLength - 1], 7)
  assert.is(bytes[0], 0)
  assert.is(sparse.kind, 'anonymous')
  sparse.close()
})

/** What V8 says of its collector while a program calls this. */
async function collectorDuring(call: string): Promise<string> {
  const program = `import { createSparse, Segment } from '#internal/memory/index.js'; ${call}`
  const args = ['--trace-incremental-marking', '--input-type=module', '--eval', program]
  return (await promisify(execFile)(process.execPath, args, { cwd: fileURLToPath(new URL('../..', import.meta.url)) })).stdout
}

test.run()
