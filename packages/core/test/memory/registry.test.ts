import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Segment, ShoalError } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { temporaryRegistry } from '../support/temporary-registry.js'

const test = suite('a registry that somebody else has planted')
const path = join(temporaryRegistry(), 'planted')
process.env.SHOAL_REGISTRY = path

test.after.each(() => rmSync(path, { recursive: true, force: true }))

function refusal(): string {
  try {
    Segment.create({ kind: 'posix', name: 'shoal-never-made', byteLength: 8 })
  } catch (error) {
    assert.instance(error, ShoalError)
    assert.is((error as ShoalError).code, 'SHOAL_REGISTRY_REFUSED')
    return (error as ShoalError).message
  }
  throw new Error('it was used')
}

test('a symbolic link is refused', () => {
  symlinkSync('/tmp', path)
  assert.match(refusal(), /it is a symbolic link/)
})

test('it is refused for listing and cleaning too', async () => {
  symlinkSync('/tmp', path)
  assert.throws(() => Segment.list(), /it is a symbolic link/)
  const refused = await Segment.clean().catch((error: ShoalError) => error.code)
  assert.is(refused, 'SHOAL_REGISTRY_REFUSED')
})

test('a file is refused', () => {
  writeFileSync(path, '')
  assert.match(refusal(), /it is no directory/)
})

test('a folder that others may enter is refused', () => {
  mkdirSync(path)
  chmodSync(path, 0o755)
  assert.match(refusal(), /other users may enter it \(mode 0755\)/)
})

if (process.getuid!() === 0) {
  test("another user's folder is refused", () => {
    mkdirSync(path, { mode: 0o700 })
    chownSync(path, 65534, 65534)
    assert.match(refusal(), /it belongs to user 65534/)
  })
} else {
  console.error("SKIPPED: another user's folder is refused (needs root)")
}

test('where it cannot be made the message says why, and that another may be named', () => {
  process.env.SHOAL_REGISTRY = join(path, 'within')
  try {
    assert.match(refusal(), /cannot be made \(ENOENT: .*\)\. Name another folder in SHOAL_REGISTRY$/)
  } finally {
    process.env.SHOAL_REGISTRY = path
  }
})

test('one by a relative path is no registry, which others would look for elsewhere', () => {
  process.env.SHOAL_REGISTRY = 'planted'
  try {
    assert.throws(() => Segment.list(), /Expected an absolute path for SHOAL_REGISTRY but received 'planted'/)
  } finally {
    process.env.SHOAL_REGISTRY = path
  }
})

test('nothing of the refused segment stays', () => {
  symlinkSync('/tmp', path)
  refusal()
  assert.is(spawnSync('ls', ['/dev/shm/shoal-never-made'], { stdio: 'ignore' }).status, 2)
})

test.run()
