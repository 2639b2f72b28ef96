import { suite } from 'uvu'
import { buildVariant } from './support/build.js'
import { arm64, asan, isMade, packed, plain, tsan } from './support/builds.js'

/** What the other files of this folder run is compiled here, beside the files of other folders: see scripts/test-run/run-files.mjs. */
const test = suite('compiles')

for (const build of [plain, packed, arm64, asan, tsan]) {
  const check = isMade(build) ? test : test.skip
  check(build.title, async () => {
    await buildVariant(build)
  })
}

test.run()
