import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { descriptorLimit } from '#internal/source/descriptor-limit.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const test = suite('descriptorLimit')
const folder = temporaryFolder()

function limitIn(text: string): number {
  const file = join(folder, 'limits')
  writeFileSync(file, text)
  return descriptorLimit(file)
}

test('is the soft limit of this process', () => {
  const head = 'Limit                     Soft Limit           Hard Limit           Units     \n'
  assert.is(limitIn(`${head}Max open files            4096                 524288               files     \n`), 4096)
  assert.is(limitIn(`${head}Max open files            unlimited            unlimited            files     \n`), Number.POSITIVE_INFINITY)
  assert.ok(descriptorLimit() > 0)
})

test('is what is usual where /proc is not mounted', () => {
  assert.is(descriptorLimit(join(folder, 'none')), 1024)
})

test.run()
