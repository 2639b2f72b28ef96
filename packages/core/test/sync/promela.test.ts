import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('Promela models')
const model = fileURLToPath(new URL('../../test/models/barrier.pml', import.meta.url))

test('spin finds no fault in the barrier', () => {
  const absent = [['spin', '-V'] as const, ['cc', '--version'] as const].filter(([tool, flag]) => spawnSync(tool, [flag]).status !== 0)
  if (absent.length > 0) return console.log(`skipped: no ${absent.map(([tool]) => tool).join(', no ')}`)
  const cwd = mkdtempSync(join(tmpdir(), 'shoal-spin-'))
  try {
    execFileSync('spin', ['-a', model], { cwd, stdio: 'pipe' })
    execFileSync('cc', ['-O1', '-w', '-DSAFETY', '-o', 'pan', 'pan.c'], { cwd })
    const report = execFileSync('./pan', { cwd, encoding: 'utf8' })
    assert.match(report, /errors: 0/)
    assert.not.match(report, /max search depth too small|out of memory/)
  } finally {
    rmSync(cwd, { recursive: true })
  }
})

test.run()
