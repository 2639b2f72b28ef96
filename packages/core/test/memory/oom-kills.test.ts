import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { oomKills } from '#internal/memory/oom-kills.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const test = suite('oomKills')

test('version 2: what memory.events of the own group counts', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'memory.events'), 'low 0\nhigh 0\nmax 17\noom 4\noom_kill 3\noom_group_kill 0\n')
  assert.is(oomKills({ version: 2, folders: [folder, '/'] }), 3)
})

test('version 1: what memory.oom_control counts', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'memory.oom_control'), 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n')
  assert.is(oomKills({ version: 1, folders: [folder] }), 2)
})

test('undefined where nobody counts', () => {
  assert.is(oomKills({ version: 2, folders: [temporaryFolder()] }), undefined)
  assert.is(oomKills(undefined), oomKills())
})

test.run()
