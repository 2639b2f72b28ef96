import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { skipLoudly } from '../support/machine.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { temporaryRegistry } from '../support/temporary-registry.js'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('older kernels and lesser file systems')
const program = fileURLToPath(new URL('./fixtures/refused.js', import.meta.url))
const source = fileURLToPath(new URL('../../test/memory/fixtures/refusing.c', import.meta.url))

/** What is not there, and what comes of it. */
const cases: [lacking: string[], outcome: string][] = [
  [['nameless files'], 'a file is finished in place'],
  [['nameless files'], 'what has to appear whole is refused'],
  [['names from /proc'], 'what has to appear whole is refused'],
  [['room on the disk'], 'a disk that fills up meanwhile'],
  [['nameless files', 'room on the disk'], 'a disk that fills up under a file that has its name'],
  [['populating'], 'pages are touched one by one'],
  [['collapsing'], 'huge pages cannot be made'],
  [['memory without exec'], 'anonymous memory as before'],
  [['memory without a name'], 'anonymous memory is refused'],
  [['memory policies'], 'a policy is refused'],
]

if (spawnSync('cc', ['--version']).status !== 0) {
  skipLoudly('older kernels and lesser file systems', 'no C compiler')
} else {
  const folder = temporaryFolder()
  const refusing = join(folder, 'refusing')
  execFileSync('cc', ['-O1', '-Wall', '-Werror', '-o', refusing, source])
  for (const [lacking, outcome] of cases) {
    test(`without ${lacking.join(' and ')}: ${outcome}`, () => {
      const [command, ...args] = [...lacking.flatMap((what) => [refusing, what]), process.execPath, program, outcome]
      const env = { ...process.env, SHOAL_REGISTRY: temporaryRegistry() }
      const { status, signal, stderr } = spawnSync(command!, args, { env, encoding: 'utf8', timeout: 30_000 })
      assert.is(signal ?? status, 0, stderr)
    })
  }
}

test.run()
