import { fork, spawnSync } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Segment } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { canUnshare, skipLoudly } from '../support/machine.js'
import { temporaryRegistry } from '../support/temporary-registry.js'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('orphans')
const program = fileURLToPath(new URL('./fixtures/named-operation.js', import.meta.url))
const registry = temporaryRegistry()
process.env.SHOAL_REGISTRY = registry
const name = `shoal-orphan-${randomBytes(6).toString('hex')}`
const key = randomInt(1, 2 ** 31 - 1)
const args = [name, String(key)]

function run(operation: string, failpoint = ''): { signal: string | null; status: number | null } {
  return spawnSync(process.execPath, [program, operation, ...args], {
    env: { ...process.env, SHOAL_FAILPOINT: failpoint },
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 20_000,
  })
}

function exists(): { posix: boolean; sysv: boolean } {
  const found = (target: Parameters<typeof Segment.open>[0]) => {
    try {
      Segment.open(target).close()
      return true
    } catch {
      return false
    }
  }
  return { posix: found({ kind: 'posix', name }), sysv: found({ kind: 'sysv', key }) }
}

/** Other programs of the machine come and go: only what these tests can have made. */
function leftovers(): string[] {
  const files = readdirSync('/dev/shm').filter((file) => file.startsWith(name))
  const segments = readFileSync('/proc/sysvipc/shm', 'utf8').split('\n')
  const privateSize = 20_000 + (key % 10_000)
  const ours = segments.filter((line) => {
    const [lineKey, , , size] = line.trim().split(/\s+/).map(Number)
    return (lineKey! >= key && lineKey! < key + 4) || size === privateSize
  })
  return [...files, ...ours]
}

async function assertNothingIsLeft(step: string): Promise<void> {
  await Segment.clean()
  assert.equal(leftovers(), [], step)
  assert.equal(readdirSync(registry), [], step)
}

const steps = { 'create-posix': 5, 'create-sysv': 4, 'create-private': 6, open: 2, remove: 2 }

for (const [operation, count] of Object.entries(steps)) {
  test(`${operation}: a creator killed at any of its ${count} steps leaves nothing that cleaning would not find`, async () => {
    const failpoints = operation === 'create-private' ? 'create-sysv' : operation
    for (let step = 1; step <= count; step += 1) {
      assert.is(run(operation, `${failpoints}.${step}`).signal, 'SIGKILL', `${operation}.${step} is reached`)
      await assertNothingIsLeft(`${operation}.${step}`)
    }
    assert.is(run(operation, `${failpoints}.${count + 1}`).status, 0)
    await assertNothingIsLeft(`${operation} to its end`)
  })
}

test('create-file: a creator killed at any step leaves the whole file or none', () => {
  const path = join('/dev/shm', name)
  for (let step = 1; step <= 4; step += 1) {
    assert.is(run('create-file', `create-file.${step}`).signal, 'SIGKILL', `create-file.${step} is reached`)
    assert.is(statSync(path, { throwIfNoEntry: false })?.size, step <= 2 ? undefined : 10_003)
    rmSync(path, { force: true })
  }
})

test('a cleaner killed at any step leaves the rest to the next one', async () => {
  for (let step = 1; step <= 4; step += 1) {
    run('leave')
    assert.equal(exists(), { posix: true, sysv: true })
    assert.is(run('clean', `clean.${step}`).signal, 'SIGKILL', `clean.${step} is reached`)
    await assertNothingIsLeft(`clean.${step}`)
  }
})

test('cleaning says what it removed', async () => {
  run('leave')
  const { removed } = await Segment.clean()
  assert.equal(removed.map(({ kind, byteLength }) => [kind, byteLength]).sort(), [
    ['posix', 10_000],
    ['sysv', 10_001],
  ])
  assert.equal(await Segment.clean(), { removed: [] })
})

test('several cleaners at once remove everything once', async () => {
  for (let i = 0; i < 4; i += 1) spawnSync(process.execPath, [program, 'leave', `${name}-${i}`, String(key + i)], { env: process.env })
  const children = [1, 2, 3].map(() => fork(program, ['clean']))
  await Promise.all(children.map((child) => once(child, 'exit')))
  assert.ok(children.every(({ exitCode }) => exitCode === 0 || exitCode === 3))
  await assertNothingIsLeft('after three cleaners')
})

test('what a living process has is not touched, and goes when it ends', async () => {
  const holder = fork(program, ['hold', ...args])
  await once(holder, 'message')
  assert.equal(await Segment.clean(), { removed: [] })
  assert.equal(exists(), { posix: true, sysv: true })
  const listed = Segment.list()
  assert.equal(listed.map(({ kind, byteLength, owner }) => [kind, byteLength, owner?.alive]).sort(), [
    ['posix', 10_000, true],
    ['sysv', 10_001, true],
  ])
  const ended = once(holder, 'exit')
  holder.kill('SIGKILL')
  await ended
  assert.ok(Segment.list().every(({ owner }) => owner?.alive === false))
  await assertNothingIsLeft('after its death')
})

for (const [operation, what] of [
  ['thread', 'what only a worker thread has created'],
  ['thread-closes', 'the lock of a process whose worker thread alone has created something'],
  ['half-note', 'the note that a thread was writing when it was terminated'],
] as const) {
  test(`${what} goes when the process ends`, () => {
    assert.is(run(operation).status, 0)
    assert.equal(leftovers(), [])
    assert.equal(readdirSync(registry), [])
  })
}

test('a System V segment that somebody is still attached to stays until nobody is', async () => {
  run('leave')
  const attached = Segment.open({ kind: 'sysv', key })
  const { removed } = await Segment.clean()
  assert.equal(
    removed.map(({ kind }) => kind),
    ['posix'],
  )
  assert.is(attached.view(Uint8Array)[0], 0)
  attached.close()
  await assertNothingIsLeft('detached')
})

test('a name that somebody else has taken since is not touched', async () => {
  run('leave')
  Segment.remove({ kind: 'posix', name })
  Segment.remove({ kind: 'sysv', key })
  const path = join('/dev/shm', name)
  writeFileSync(path, 'foreign')
  assert.equal(await Segment.clean(), { removed: [] })
  assert.ok(readdirSync('/dev/shm').includes(name))
  rmSync(path)
})

if (canUnshare('--pid', '--fork', '--mount-proc')) {
  test('a process that has got the number of a dead creator does not keep its segments alive', async () => {
    const script = `
      "$@" leave ${args.join(' ')} & creator=$!
      wait $creator
      echo $((creator - 1)) > /proc/sys/kernel/ns_last_pid
      sleep 60 & stranger=$!
      [ $stranger = $creator ] || { echo "got $stranger, not $creator" >&2; exit 9; }
      "$@" clean; cleaned=$?
      kill $stranger
      exit $cleaned`
    const command = ['--pid', '--fork', '--mount-proc', 'sh', '-c', script, 'sh', process.execPath, program]
    const { status, stderr } = spawnSync('unshare', command, { encoding: 'utf8', timeout: 20_000 })
    assert.is(status, 0, stderr)
    await assertNothingIsLeft('cleaned beside its namesake')
  })
} else skipLoudly('cleaning beside a process with the number of a dead one', 'needs a PID namespace')

if (canUnshare('--ipc')) {
  test('what was created in another IPC namespace is left alone: its numbers mean something else here', async () => {
    const { signal } = spawnSync('unshare', ['--ipc', process.execPath, program, 'leave', ...args], { env: process.env, timeout: 20_000 })
    assert.is(signal, 'SIGKILL')
    assert.equal(await Segment.clean(), { removed: [] })
    assert.equal(exists(), { posix: true, sysv: false })
    Segment.remove({ kind: 'posix', name })
    for (const file of readdirSync(registry)) rmSync(join(registry, file))
  })
} else skipLoudly('cleaning in another IPC namespace', 'needs an IPC namespace')

test('persistent segments survive their creator and every cleaning, until they are removed', async () => {
  assert.is(run('persist').status, 0)
  assert.equal(await Segment.clean(), { removed: [] })
  assert.equal(exists(), { posix: true, sysv: true })
  Segment.remove({ kind: 'posix', name })
  Segment.remove({ kind: 'sysv', key })
  Segment.remove({ kind: 'sysv', key })
  await assertNothingIsLeft('removed')
})

test('what is listed can be removed by its target', async () => {
  assert.is(run('persist').status, 0)
  for (const { target } of Segment.list()) Segment.remove(target!)
  assert.equal(exists(), { posix: false, sysv: false })
  await assertNothingIsLeft('removed')
})

test('the leftover of a dead process does not keep its name from the next creator', async () => {
  run('leave')
  using posix = Segment.create({ kind: 'posix', name, byteLength: 64 })
  using sysv = Segment.create({ kind: 'sysv', key, byteLength: 64 })
  assert.is(posix.byteLength + sysv.byteLength, 128)
  posix.close()
  sysv.close()
  assert.equal(leftovers(), [])
})

test.run()
