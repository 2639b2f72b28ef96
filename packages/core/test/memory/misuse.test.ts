import { join } from 'node:path'
import { allocate, type CreateOptions, Segment, shareAsync } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rejection } from '../support/rejection.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('misuse of memory')
const bytes = new Uint8Array(8)

/** What JavaScript lets through, and types do not. */
const refused: [what: string, call: (segment: Segment, path: string) => unknown, message: RegExp][] = [
  ['options of allocate that are null', () => allocate(Uint8Array, 8, null as never), /an object for options but received null/],
  ['options of allocate in words', () => allocate(Uint8Array, 8, 'lock' as never), /an object for options but received 'lock'/],
  ['prefault in words', () => allocate(Uint8Array, 8, { prefault: 'no' as never }), /true or false for prefault but received 'no'/],
  ['lock as a number', () => allocate(Uint8Array, 8, { lock: 0 as never }), /true or false for lock but received 0/],
  ['dump in words', () => allocate(Uint8Array, 8, { dump: 'no' as never }), /true or false for dump but received 'no'/],
  [
    'persist in words',
    () => created({ kind: 'sysv', byteLength: 8, persist: 'no' as never }),
    /true or false for persist but received 'no'/,
  ],
  [
    'a file that is not to persist',
    (_, path) => created({ kind: 'file', path, byteLength: 8, persist: false as never }),
    /true, as every file stays, for persist but received false/,
  ],
  ['no target to remove', () => Segment.remove(null as never), /an object for target but received null/],
  [
    'advice of another kind',
    (segment) => segment.advise('sometimes' as never),
    /'dontneed' or 'hugepage' for advice but received 'sometimes'/,
  ],
  ['options of shareAsync that are null', () => shareAsync(bytes, null as never), /an object for options but received null/],
  [
    'a signal of shareAsync in words',
    () => shareAsync(bytes, { signal: 'stop' as never }),
    /an AbortSignal for signal but received 'stop'/,
  ],
  ['options of prefault that are null', (segment) => segment.prefault(null as never), /an object for options but received null/],
  ['a signal of prefault in words', (segment) => segment.prefault({ signal: 'stop' as never }), /an AbortSignal for signal/],
  ['a listener of prefault in words', (segment) => segment.prefault({ onProgress: 'log' as never }), /a function for onProgress/],
]

/** Should it be made in spite of all, nothing of it stays. */
function created(options: CreateOptions): void {
  const segment = Segment.create(options)
  segment.remove()
  segment.close()
}

for (const [what, call, message] of refused) {
  test(`refuses ${what}`, async () => {
    using segment = Segment.create({ kind: 'anonymous', byteLength: 8 })
    const error = await rejection((async () => call(segment, join(temporaryFolder(), 'bytes')))())
    assert.instance(error, TypeError)
    assert.match(error.message, message)
  })
}

test.run()
