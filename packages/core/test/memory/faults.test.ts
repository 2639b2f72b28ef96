import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { canUnshare, skipLoudly } from '../support/machine.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('faults in mapped memory do not end the process')
const program = fileURLToPath(new URL('./fixtures/faulting.js', import.meta.url))
const names = JSON.parse(execFileSync(process.execPath, [program], { encoding: 'utf8' })) as string[]
const apart = ['a sparse file on a full disk', 'a fault elsewhere still ends the process']

function run(command: string, args: string[]): void {
  const { status, signal, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 60_000 })
  assert.is(signal ?? status, 0, stderr)
}

for (const name of names.filter((name) => !apart.includes(name))) test(name, () => run(process.execPath, [program, name]))

if (canUnshare('--mount')) {
  test('a sparse file on a full disk', () => {
    const disk = temporaryFolder()
    const script = `mount -t tmpfs -o size=1m none '${disk}' && SHOAL_TEST_DISK='${disk}' exec "$@"`
    run('unshare', ['--mount', 'sh', '-c', script, 'sh', process.execPath, program, 'a sparse file on a full disk'])
  })
} else {
  skipLoudly('a sparse file on a full disk', 'needs a mount namespace')
}

test('a fault that is not in a segment ends it as ever', () => {
  const { signal } = spawnSync(process.execPath, [program, 'a fault elsewhere still ends the process'], { timeout: 20_000 })
  assert.is(signal, 'SIGBUS')
})

test.run()
