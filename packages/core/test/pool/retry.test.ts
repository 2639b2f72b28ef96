import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { RegionSpec } from '#internal/pool/region-spec.js'
import { giveUpEntry } from '#internal/pool/retry.js'
import { Control, ControlLayout, Entry, RetryMode } from '#internal/protocol/index.js'

const test = suite('giveUpEntry, with pre-images')
const CHUNK = 4

/** An entry that has died with the run [2, 8), after `saved` chunks were copied and `finished` were done: both counted from 1. */
function dead({ saved, finished }: { saved: number; finished: number }) {
  const layout = new ControlLayout(1)
  const control = new Control(new SharedArrayBuffer(layout.byteLength), 1)
  const { words } = control
  const line = layout.entry(0, 0)
  words[line + Entry.runCount] = 1
  words.set([2, 8], layout.runs(0, 0))
  words[line + Entry.saved] = saved
  words[line + Entry.finished] = finished
  const source = new Uint8Array(new SharedArrayBuffer(10 * CHUNK)).fill(1)
  const area = new Uint8Array(CHUNK).fill(9)
  const spec = {
    retry: RetryMode.preimage,
    opened: { rangeOf: (start: number, end: number) => ({ start: start * CHUNK, end: end * CHUNK }) },
    call: { work: { type: 'elements', source: { source }, preimage: { area, bytesPerRank: CHUNK } } },
  } as unknown as RegionSpec
  assert.ok(giveUpEntry(control, 0, 0, spec))
  const again: [number, number][] = []
  for (let run = words[line + Entry.redoNext]!; run < words[line + Entry.runCount]!; run++) {
    again.push([words[layout.runs(0, 0) + 2 * run]!, words[layout.runs(0, 0) + 2 * run + 1]!])
  }
  return { again, restored: [...source.keys()].filter((i) => source[i] === 9).map((i) => i / CHUNK)[0] }
}

test('a run that was not begun is done again whole', () => {
  assert.equal(dead({ saved: 0, finished: 0 }), { again: [[2, 8]], restored: undefined })
  assert.equal(dead({ saved: 2, finished: 2 }), { again: [[2, 8]], restored: undefined })
})

test('a chunk that was being changed is put back, and the run goes on from it', () => {
  assert.equal(dead({ saved: 3, finished: 2 }), { again: [[2, 8]], restored: 2 })
  assert.equal(dead({ saved: 5, finished: 4 }), { again: [[4, 8]], restored: 4 })
})

test('a finished chunk is neither put back nor done again, even while the next copy is made', () => {
  assert.equal(dead({ saved: 5, finished: 5 }), { again: [[5, 8]], restored: undefined })
  assert.equal(dead({ saved: 8, finished: 8 }), { again: [], restored: undefined })
})

test.run()
