import { execFile } from 'node:child_process'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { buildVariant } from './support/build.js'
import { asan, isMade, tsan } from './support/builds.js'

const test = suite('sanitizers find nothing')
const smoke = fileURLToPath(new URL('./fixtures/smoke.js', import.meta.url))
const run = promisify(execFile)
/** What calls every kernel by every view that it takes: the tests of the package above, with this addon in the place of the usual one. */
const callers = ['cancelling', 'elementwise', 'grouping', 'meanwhile', 'reductions', 'scan', 'selection'].map((name) =>
  fileURLToPath(new URL(`../../core/dist-test/algorithms/${name}.test.js`, import.meta.url)),
)

const sanitizers = [asan, tsan].map((build) => ({ ...build, isChecked: isMade(build), folder: '', cppTests: undefined as unknown }))

// The C++ tests take one CPU, and minutes: those of both sanitizers run beside each other, and beside what is tested in Node meanwhile.
test.before(async () => {
  const checked = sanitizers.filter(({ isChecked }) => isChecked)
  for (const sanitizer of checked) sanitizer.folder = await buildVariant(sanitizer)
  // What is undefined is told, and passed over, unless this is set.
  const env = { ...process.env, UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1' }
  for (const sanitizer of checked) {
    const cppTests = run(join(sanitizer.folder, 'build/Release/sys_test'), [], { env, timeout: 900_000 })
    cppTests.catch(() => {}) // told by the test that waits for it
    sanitizer.cppTests = cppTests
  }
})

for (const sanitizer of sanitizers) {
  const { name, title, isChecked } = sanitizer
  const check = isChecked ? test : test.skip
  const environment = (): NodeJS.ProcessEnv => ({ ...sanitizer.environment, '@SHOAL/NATIVE_PREBUILD': sanitizer.folder })

  check(`${title}: in Node, with worker threads`, async () => {
    const { stdout, stderr } = await run(process.execPath, [smoke], { env: environment(), timeout: 600_000 })
    assert.is(stdout, 'done\n')
    assert.not.match(stderr, /Sanitizer|runtime error/)
  })

  // Workers touch other elements each, and whole views are handed over by regions: what races there is the pool's, not the kernels'.
  const runs: Promise<{ stderr: string }>[] = []
  for (const [at, caller] of (name === 'tsan' ? [] : callers).entries()) {
    check(`${title}: in Node, by ${basename(caller)}`, async () => {
      // Two at a time: each is on one CPU for the most part.
      for (let next = runs.length; next <= Math.min(at + 1, callers.length - 1); next++) {
        runs[next] = run(process.execPath, [callers[next]!], { env: environment(), timeout: 900_000 })
        runs[next]!.catch(() => {}) // until its turn comes
      }
      const { stderr } = await runs[at]!
      assert.not.match(stderr, /Sanitizer|runtime error/)
    })
  }

  check(`${title}: in the C++ tests`, async () => {
    await sanitizer.cppTests
  })
}

test.run()
