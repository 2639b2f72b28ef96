import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  Control,
  ControlLayout,
  commandOf,
  Entry,
  entryOf,
  Header,
  LEAVE,
  MAX_RUNS,
  postOf,
  Rank,
  RECEIVE,
  Slot,
  SPARE_ENTRIES,
} from '#internal/protocol/index.js'

const test = suite('ControlLayout')
const lineBytes = 128

/** Every word that somebody writes, by who writes it. */
function writers(layout: ControlLayout): Map<string, number[]> {
  const words = new Map<string, number[]>([['header', Object.values(Header)]])
  for (let rank = 0; rank < layout.size; rank++) {
    const at = (names: readonly (keyof typeof Rank)[]) => names.map((name) => layout.rank(rank) + Rank[name])
    words.set(`parent for ${rank}`, at(['post', 'sent', 'parked']))
    words.set(`member ${rank}`, at(['handled', 'received']))
    words.set(`life of ${rank}`, at(['life', 'state']))
  }
  for (let slot = 0; slot < layout.slots; slot++) {
    const at = (names: readonly (keyof typeof Slot)[]) => names.map((name) => layout.slot(slot) + Slot[name])
    const once = ['sequence', 'width', 'chunkCount', 'payloadBytes', 'retry', 'callId'] as const
    words.set(`slot ${slot}, now and then`, at([...once, 'entries', 'stop', 'failedAt', 'sweep', 'watch']))
    words.set(`log of slot ${slot}`, at(['logTop']))
    words.set(`barrier of slot ${slot}`, at(['barrier']))
    const presences = Array.from({ length: layout.entries }, (_, entry) => layout.presence(slot, entry))
    words.set(`way out of slot ${slot}`, [layout.phase(slot), ...presences])
    for (let rank = 0; rank < layout.size; rank++) {
      words.set(`counter ${rank} of slot ${slot}`, [layout.counter(slot, rank)])
    }
    for (let entry = 0; entry < layout.entries; entry++) {
      const line = layout.entry(slot, entry)
      words.set(
        `entry ${entry} of slot ${slot}`,
        [...new Set(Object.values(Entry))].map((word) => line + word),
      )
      words.set(`runs of entry ${entry} in slot ${slot}`, [layout.runs(slot, entry), layout.runs(slot, entry) + 2 * MAX_RUNS - 1])
    }
  }
  return words
}

for (const size of [1, 2, 3, 8, 64, 1024]) {
  test(`${size} ranks: no two writers share a line, no word is used twice, all lies before the logs`, () => {
    const layout = new ControlLayout(size)
    const lines = new Map<number, string>()
    const seen = new Set<number>()
    for (const [writer, words] of writers(layout)) {
      for (const word of words) {
        assert.not(seen.has(word), `word ${word} of ${writer} is used twice`)
        seen.add(word)
        assert.ok(word * 4 < layout.logOffset(0))
        const line = Math.floor((word * 4) / lineBytes)
        assert.is(lines.get(line) ?? writer, writer, `${writer} shares line ${line} with ${lines.get(line)}`)
        lines.set(line, writer)
      }
    }
    assert.is(layout.logOffset(layout.slots - 1) + layout.logBytes, layout.scratchOffset(0, 0, 0))
    assert.ok(layout.scratchOffset(layout.slots - 1, layout.size - 1, 1) < layout.byteLength)
  })
}

test('a post says one command and its entry, and differs from the one before', () => {
  let post = 0
  for (let round = 0; round < 300_000; round++) {
    const command = round % 3 === 0 ? LEAVE : round % 3 === 1 ? RECEIVE : round % 8
    const entry = round % (1_024 + SPARE_ENTRIES)
    const next = postOf(post, command, entry)
    assert.is.not(next, post)
    assert.is(next | 0, next)
    assert.is(commandOf(next), command)
    assert.is(entryOf(next), entry)
    assert.is.not(postOf(next, command, entry), next)
    post = next
  }
})

test('the life mutex is aligned to 64 bytes, doubles to 8', () => {
  const layout = new ControlLayout(3)
  for (let rank = 0; rank < 3; rank++) {
    assert.is(((layout.rank(rank) + Rank.life) * 4) % 64, 0)
    assert.is(((layout.entry(1, rank) + Entry.extent) * 4) % 8, 0)
  }
})

test('both views over a control segment end where the logs begin', () => {
  const layout = new ControlLayout(2)
  const control = new Control(new SharedArrayBuffer(layout.byteLength), 2)
  assert.is(control.words.byteLength, layout.logOffset(0))
  assert.is(control.doubles.byteLength, layout.logOffset(0))
})

test.run()
