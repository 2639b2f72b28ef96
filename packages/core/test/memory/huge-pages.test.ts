import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Segment, ShoalError } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { alone } from '../support/alone.js'
import { canUnshare, skipLoudly } from '../support/machine.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('huge pages')
const megabyte = 2 ** 20
const program = fileURLToPath(new URL('./fixtures/huge-file.js', import.meta.url))
const reservation = '/proc/sys/vm/nr_hugepages'
const reserved = () => Number(readFileSync(reservation, 'utf8'))

test("'try' takes what there is, true insists; stat tells what was got", () => {
  using tried = Segment.create({ kind: 'anonymous', byteLength: 64 * megabyte, hugePages: 'try' })
  const got = tried.stat().hugePageBytes
  assert.ok(got % (2 * megabyte) === 0 && got <= 64 * megabyte)
  if (got < 64 * megabyte) return skipLoudly('hugePages: true', `this machine gave ${got} bytes in huge pages`)
  using insisted = Segment.create({ kind: 'anonymous', byteLength: 32 * megabyte + 5, hugePages: true })
  assert.is(insisted.stat().hugePageBytes, 32 * megabyte)
  assert.is(insisted.view(Uint8Array)[32 * megabyte + 4], 0)
})

test('System V huge pages that are not reserved are refused, or done without', () =>
  alone('huge-pages', () => {
    if (reserved() > 0) return skipLoudly('huge pages that are not reserved', 'this machine has reserved some')
    assert.throws(
      () => Segment.create({ kind: 'sysv', byteLength: 4 * megabyte, hugePages: true }),
      (error: unknown) =>
        error instanceof ShoalError && error.code === 'SHOAL_SEGMENT_HUGE_PAGES' && /vm\.nr_hugepages/.test(error.message),
    )
    using tried = Segment.create({ kind: 'sysv', byteLength: 4 * megabyte, hugePages: 'try' })
    assert.is(tried.view(Uint8Array).at(-1), 0)
  }))

/** Runs `body` with that many huge pages more, if this machine gives them. The reservation is the whole machine's. */
function withReserved(title: string, count: number, body: () => void): Promise<void> {
  return alone('huge-pages', () => {
    const before = reserved()
    try {
      writeFileSync(reservation, String(before + count))
      if (reserved() === before + count) body()
      else skipLoudly(title, `this machine has no memory for ${count} huge pages in one piece`)
    } finally {
      writeFileSync(reservation, String(before))
    }
  })
}

if (process.getuid!() === 0) {
  for (const byteLength of [4 * megabyte, 3 * megabyte + 5]) {
    const title = `a System V segment of ${byteLength} bytes in reserved pages, which cannot be split`
    test(title, () =>
      withReserved(title, 4, () => {
        const segment = Segment.create({ kind: 'sysv', byteLength, hugePages: true })
        const view = segment.view(Uint8Array).fill(3)
        const { hugePageBytes, residentBytes, attached, target } = segment.stat()
        assert.equal([hugePageBytes, residentBytes, attached], [byteLength, byteLength, 1])
        const opened = Segment.open({ kind: 'sysv', id: (target as { id: number }).id, access: 'readonly' })
        const seen = opened.view(Uint8Array) as Uint8Array
        seen[5] = 9
        seen[2 * megabyte] = 8
        assert.equal([seen[5], seen[6], seen[2 * megabyte], seen[2 * megabyte + 1]], [9, 3, 8, 3])
        assert.equal([view[5], view[2 * megabyte]], [3, 3])
        assert.throws(() => opened.stat(), /open for reading only/)
        opened.close()
        segment.free()
        assert.equal([view[5], seen[6]], [0, 0])
      }),
    )
  }

  test('a file on hugetlbfs', () => {
    if (!canUnshare('--mount')) return skipLoudly('a file on hugetlbfs', 'needs a mount namespace')
    return withReserved('a file on hugetlbfs', 5, () => {
      const folder = temporaryFolder()
      const script = `mount -t hugetlbfs none '${folder}' && exec "$@"`
      const command = ['--mount', 'sh', '-c', script, 'sh', process.execPath, program, folder]
      const { status, stderr } = spawnSync('unshare', command, { encoding: 'utf8', timeout: 30_000 })
      assert.is(status, 0, stderr)
    })
  })
} else skipLoudly('System V segments and files in reserved huge pages', 'needs root to reserve some')

test.run()
