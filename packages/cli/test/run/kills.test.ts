import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../../../core/dist-test/support/watchdog.js'
import { fixture, folder } from '../support/files.js'
import { Shoal, shoal } from '../support/shoal.js'

/** `SHOAL_JOB_KILLS=100 SHOAL_JOB_SECONDS=20`: the long form. */
const kills = Number(process.env.SHOAL_JOB_KILLS ?? 3)
const seconds = Number(process.env.SHOAL_JOB_SECONDS ?? 1.2)

watchdog(60_000 + kills * (seconds + 5) * 4000)

const test = suite('shoal run, killed')
const [output, expected, checkpoint] = ['output', 'expected', 'state'].map((name) => join(folder, name)) as [string, string, string]
/** Two workers, 20 ms an element. */
const count = `${Math.ceil(seconds * 100)}`

const args = (path: string): string[] => ['run', fixture('ticking-lines'), path, count, '--chunk-length', '1', '--workers', '2', '--json']

for (const backend of ['threads', 'processes']) {
  test(`at random moments, writes what an undisturbed run writes, with ${backend}`, async () => {
    const runs = [...args(output), '--backend', backend, '--checkpoint', checkpoint]
    for (let kill = 0; kill < kills; kill++) {
      const run = new Shoal(runs)
      await run.said(/"event":"stage"/)
      // A random moment: nothing is waited for.
      await Promise.race([run.ended, new Promise((resolve) => setTimeout(resolve, Math.random() * ((seconds * 1500) / kills)))])
      run.child.kill('SIGKILL')
      const { code, stderr } = await run.ended
      if (code === 0) break
      assert.is(code, null, stderr)
    }
    assert.is((await shoal(...runs)).code, 0)
    assert.is((await shoal(...args(expected))).code, 0)
    assert.equal(readFileSync(output), readFileSync(expected))
    assert.equal(readdirSync(checkpoint), [])
    assert.not(readdirSync(folder).some((name) => name.endsWith('.partial')))
  })
}

test.run()
