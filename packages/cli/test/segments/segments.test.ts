import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { temporaryRegistry } from '../../../core/dist-test/support/temporary-registry.js'
import { watchdog } from '../../../core/dist-test/support/watchdog.js'
import { fixture } from '../support/files.js'
import { shoal } from '../support/shoal.js'

watchdog()

// What these tests find and remove is in a registry of their own.
process.env.SHOAL_REGISTRY = temporaryRegistry()

const test = suite('shoal segments')
const name = `/shoal-cli-test-${process.pid}`
let holder: ChildProcess | undefined

/** A process that holds the posix segment `name` and a System V segment, whose id is returned. */
async function hold(): Promise<string> {
  holder = fork(fixture('hold-segments'), [name, String(0x5ca10000 + (process.pid & 0xffff))])
  const [id] = (await once(holder, 'message')) as [number]
  return String(id)
}

async function kill(): Promise<void> {
  if (holder === undefined) return
  const ended = once(holder, 'exit')
  holder.kill('SIGKILL')
  holder = undefined
  await ended
}

test.after.each(async () => {
  await kill()
  await shoal('segments', 'clean')
})

async function listed(): Promise<Record<string, unknown>[]> {
  const { stdout } = await shoal('segments', 'list', '--json')
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

test('lists kind, name, size, who made it and who has it attached', async () => {
  const id = await hold()
  const pid = holder!.pid!
  const { code, stdout, stderr } = await shoal('segments')
  const [headings, ...rows] = stdout.trimEnd().split('\n')
  assert.match(headings!, /^KIND +NAME +SIZE +RESIDENT +MODE +OWNER +ATTACHED +AGE$/)
  assert.match(
    rows.find((row) => row.startsWith('posix'))!,
    new RegExp(`^posix +${name} +4 KiB .* 600 +${pid} node +${pid} +\\d+\\.\\d s$`),
  )
  assert.match(rows.find((row) => row.startsWith('sysv'))!, new RegExp(`^sysv +${id} +8 KiB .* 600 +${pid} node +${pid} +\\d`))
  assert.is(stderr, '')
  assert.is(code, 0)
})

test('lists one JSON object a line with --json, and nothing where there is nothing', async () => {
  assert.equal(await listed(), [])
  const id = await hold()
  const rows = await listed()
  assert.equal(rows.map(({ name }) => name).sort(), [name, id].sort())
  assert.equal(rows[0]!.attached, [holder!.pid])
})

test('removes the segments that are named, with or without the slash', async () => {
  const id = await hold()
  await kill()
  const { code, stderr } = await shoal('segments', 'remove', name.slice(1), id)
  assert.is(stderr, '')
  assert.is(code, 0)
  assert.equal(await listed(), [])
})

test('removes none when one of the names is wrong, or its maker still runs, unless --force', async () => {
  const id = await hold()
  const wrong = await shoal('segments', 'remove', name, '/no-such-segment', '--force')
  assert.match(wrong.stderr, /^shoal: expected the name or id of a segment in shoal segments list but received '\/no-such-segment'\n$/)
  assert.is(wrong.code, 2)
  const alive = await shoal('segments', 'remove', name, id)
  assert.match(alive.stderr, new RegExp(`^shoal: process ${holder!.pid}, which made ${name}, still runs: .*--force\n$`))
  assert.is(alive.code, 1)
  assert.is((await listed()).length, 2)
  assert.is((await shoal('segments', 'remove', name, id, '--force')).code, 0)
  // System V keeps what is attached, without its key.
  assert.equal(
    (await listed()).map((row) => row.name),
    [id],
  )
  await kill()
  assert.equal(await listed(), [])
})

test('cleans what dead processes left, and only that', async () => {
  const id = await hold()
  assert.is((await shoal('segments', 'clean')).stdout, '')
  assert.is((await listed()).length, 2)
  await kill()
  const { code, stdout } = await shoal('segments', 'clean')
  assert.match(stdout, new RegExp(`posix +${name} .*\\(dead\\)`))
  assert.match(stdout, new RegExp(`sysv +${id} .*\\(dead\\)`))
  assert.is(code, 0)
  assert.equal(await listed(), [])
})

test.run()
