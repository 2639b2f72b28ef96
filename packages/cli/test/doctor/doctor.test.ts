import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../../../core/dist-test/support/watchdog.js'
import { checkRuntime } from '../../dist/doctor/check-runtime.js'
import { shoal, shoalIn } from '../support/shoal.js'

watchdog()

const test = suite('shoal doctor')

test('looks at everything, tests both backends and advises on what is poor', async () => {
  const { code, stdout, stderr } = await shoal('doctor', '--json')
  const findings = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { check: string; status: string; found: string; advice?: string })
  assert.equal(
    findings.map(({ check }) => check),
    [
      ...['Node', 'platform', 'addon', 'memory', 'cgroup', '/dev/shm', 'System V', 'open files', 'mappings', 'locked memory'],
      ...['CPUs', 'CPU features', 'huge pages', 'segments', 'self test, threads', 'self test, processes'],
    ],
  )
  for (const { status, advice } of findings) assert.is(advice !== undefined, status !== 'ok')
  assert.match(findings.find(({ check }) => check === 'addon')!.found, /^\/.*\.node$/)
  const platform = findings.find(({ check }) => check === 'platform')!
  assert.is(platform.found.includes('not there'), platform.status !== 'ok')
  assert.match(findings.at(-1)!.found, /^[1-9]\d* correct sums of 100000 numbers by \d+ workers? in 1 s$/)
  assert.is(stderr, '')
  assert.is(code, 0)
})

test('is broken, with exit code 1, when the registry of segments cannot be used', async () => {
  const { code, stdout } = await shoalIn({ env: { SHOAL_REGISTRY: '/dev/null' } }, 'doctor')
  assert.match(stdout, /^broken +segments .*is no directory.*\n +→ /m)
  assert.is(code, 1)
})

test('tells a Node and a platform that will not do', () => {
  for (const version of ['18.20.0', '20.18.3', '21.7.0'])
    assert.is(checkRuntime({ version, platform: 'linux', arch: 'x64' })[0]!.status, 'broken')
  for (const version of ['20.19.0', '22.0.0', '26.1.0']) assert.is(checkRuntime({ version })[0]!.status, 'ok')
  assert.is(checkRuntime({ platform: 'darwin', arch: 'arm64' })[1]!.status, 'broken')
  assert.is(checkRuntime({ platform: 'linux', arch: 'riscv64' })[1]!.status, 'broken')
})

test.run()
