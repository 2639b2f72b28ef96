import { execFile } from 'node:child_process'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { buildVariant } from './support/build.js'
import { onlyInCi } from './support/only-in-ci.js'
import { sanitizerEnvironment } from './support/sanitizer.js'

const test = suite('sanitizers find nothing')
const smoke = fileURLToPath(new URL('./fixtures/smoke.js', import.meta.url))
const run = promisify(execFile)
/** What calls every kernel by every view that it takes: the tests of the package above, with this addon in the place of the usual one. */
const callers = ['cancelling', 'elementwise', 'grouping', 'meanwhile', 'reductions', 'scan', 'selection'].map((name) =>
  fileURLToPath(new URL(`../../core/dist-test/algorithms/${name}.test.js`, import.meta.url)),
)

const sanitizers = [
  { name: 'asan', title: 'addresses and undefined behaviour', define: 'address_sanitizer=1', library: 'libasan.so' },
  { name: 'tsan', title: 'threads', define: 'thread_sanitizer=1', library: 'libtsan.so' },
] as const

for (const { name, title, define, library } of sanitizers) {
  const env = sanitizerEnvironment(library)
  if (env === undefined) console.error(`SKIPPED: sanitizers, ${title} (the compiler has no ${library})`)
  const check = env !== undefined && onlyInCi(`sanitizers, ${title}`) ? test : test.skip
  let folder = ''

  check(`${title}: in the C++ tests`, async () => {
    folder = await buildVariant({ name, defines: [define] })
    // What is undefined is told, and passed over, unless this is set.
    const halting = { ...process.env, UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1' }
    await run(join(folder, 'build/Release/sys_test'), [], { env: halting, timeout: 240_000 })
  })

  check(`${title}: in Node, with worker threads`, async () => {
    const { stdout, stderr } = await run(process.execPath, [smoke], { env: { ...env, '@SHOAL/NATIVE_PREBUILD': folder }, timeout: 120_000 })
    assert.is(stdout, 'done\n')
    assert.not.match(stderr, /Sanitizer|runtime error/)
  })

  // Workers touch other elements each, and whole views are handed over by regions: what races there is the pool's, not the kernels'.
  if (name === 'tsan') continue
  for (const caller of callers) {
    check(`${title}: in Node, by ${basename(caller)}`, async () => {
      const { stderr } = await run(process.execPath, [caller], { env: { ...env, '@SHOAL/NATIVE_PREBUILD': folder }, timeout: 240_000 })
      assert.not.match(stderr, /Sanitizer|runtime error/)
    })
  }
}

test.run()
