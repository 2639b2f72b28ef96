import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RecordStarts } from '#internal/source/record-starts.js'

const test = suite('RecordStarts')

test('a run of delimiters that overlap is walked through once, not for each cut', () => {
  const buffer = new SharedArrayBuffer(20_001)
  new Uint8Array(buffer).fill(10)
  const starts = new RecordStarts(new DataView(buffer), Buffer.from('\n\n'))
  const { indexOf } = Buffer.prototype
  let searches = 0
  Buffer.prototype.indexOf = function (this: Buffer, ...args: Parameters<Buffer['indexOf']>) {
    searches++
    return indexOf.apply(this, args)
  } as Buffer['indexOf']
  try {
    for (let cut = 0; cut <= 20_000; cut += 100) assert.is(starts.atOrAfter(cut), cut)
    assert.is(starts.atOrAfter(20_001), 20_001)
  } finally {
    Buffer.prototype.indexOf = indexOf
  }
  assert.ok(searches < 2 * buffer.byteLength, `${searches} searches`)
})

test.run()
