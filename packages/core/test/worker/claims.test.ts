import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Claim, Control, ControlLayout, Entry, RetryMode, Slot } from '#internal/protocol/index.js'
import { cut, stretchStart } from '#internal/schedule/index.js'
import { Claims } from '#internal/worker/claims.js'

const test = suite('Claims')

/** A region of `count` chunks in slot 0 of a control segment of its own. */
function newRegion(count: number, width: number): Control {
  const layout = new ControlLayout(width)
  const control = new Control(new SharedArrayBuffer(layout.logOffset(0)), width)
  control.words[layout.slot(0) + Slot.width] = width
  control.words[layout.slot(0) + Slot.chunkCount] = count
  for (let stretch = 0; stretch < width; stretch++) control.words[layout.counter(0, stretch)] = stretchStart(count, width, stretch)
  return control
}

test('every chunk is claimed exactly once, however the ranks take turns', () => {
  fc.assert(
    fc.property(fc.nat(3_000), fc.integer({ min: 1, max: 8 }), fc.infiniteStream(fc.nat(7)), (count, width, turns) => {
      const control = newRegion(count, width)
      const ranks = Array.from({ length: width }, (_, rank) => new Claims(control, 0, rank))
      const hits = new Uint8Array(count)
      const left = new Set(ranks)
      for (const turn of turns) {
        const claims = ranks[turn % width]!
        if (!claims.next()) left.delete(claims)
        else for (let index = claims.start; index < claims.end; index++) hits[index]! += 1
        if (left.size === 0) break
      }
      assert.ok(hits.every((hit) => hit === 1))
    }),
    { numRuns: 200 },
  )
})

test('no two claims overlap, and a claim is never empty', () => {
  const control = newRegion(10_007, 3)
  const ranks = [0, 1, 2].map((rank) => new Claims(control, 0, rank))
  const seen = new Uint8Array(10_007)
  for (let turn = 0, idle = 0; idle < 3; turn++) {
    const claims = ranks[(turn * 7) % 3]!
    if (!claims.next()) idle++
    else {
      assert.ok(claims.start < claims.end)
      for (let index = claims.start; index < claims.end; index++) seen[index]! += 1
    }
  }
  assert.ok(seen.every((count) => count === 1))
})

for (const width of [3, 1_000]) {
  test(`two of ${width} ranks that claim in turn from the same stretches have room to record millions of chunks`, () => {
    const count = 2_000_000
    const control = newRegion(count, width)
    control.words[control.layout.slot(0) + Slot.retry] = RetryMode.idempotent
    const ranks = [0, 1].map((entry) => new Claims(control, 0, entry))
    const hits = new Uint8Array(count)
    for (const left = new Set(ranks); left.size > 0; ) {
      for (const claims of left) {
        if (claims.next()) for (let index = claims.start; index < claims.end; index++) hits[index]! += 1
        else left.delete(claims)
      }
    }
    assert.ok(hits.every((hit) => hit === 1))
  })
}

/** How much longer the last of the ranks is busy than if all work were spread evenly; clocks stand still but for `work(chunk)` milliseconds. */
function imbalance(count: number, width: number, work: (chunk: number) => number): number {
  const control = newRegion(count, width)
  const ranks = Array.from({ length: width }, (_, rank) => {
    const clock = { ms: 0 }
    return { clock, claims: new Claims(control, 0, rank, () => clock.ms) }
  })
  const busy = new Set(ranks)
  while (busy.size > 0) {
    const next = [...busy].reduce((a, b) => (b.clock.ms < a.clock.ms ? b : a))
    if (!next.claims.next()) busy.delete(next)
    else for (let chunk = next.claims.start; chunk < next.claims.end; chunk++) next.clock.ms += work(chunk)
  }
  const total = ranks.reduce((sum, { clock }) => sum + clock.ms, 0)
  return Math.max(...ranks.map(({ clock }) => clock.ms)) / (total / width)
}

function checkSkewed(count: number, widths: readonly number[]): void {
  const places: Record<string, (chunk: number) => boolean> = {
    'all over': (chunk) => chunk % 100 === 37,
    'in a row at the beginning': (chunk) => chunk < count / 100,
    'in a row in the middle': (chunk) => chunk >= count / 2 && chunk < count / 2 + count / 100,
    'in a row at the end': (chunk) => chunk >= count - count / 100,
    'at random': (chunk) => ((chunk * 2654435761) >>> 0) % 100 === 0,
  }
  for (const [where, isHeavy] of Object.entries(places)) {
    for (const lightMs of [0.005, 0.3, 10]) {
      for (const width of widths) {
        const ratio = imbalance(count, width, (chunk) => (isHeavy(chunk) ? 100 * lightMs : lightMs))
        assert.ok(ratio <= 1.15, `${width} ranks, chunks of ${lightMs} ms, heavy ones ${where}: ${ratio.toFixed(3)}`)
      }
    }
  }
}

test('skewed work is spread: within 1.15 of the ideal when one chunk in 100 is 100 times as heavy, wherever those are', () => {
  checkSkewed(20_000, [2, 3, 8])
})

test('the chunks of auto spread skewed work as well, and so do the fewest that two ranks get', () => {
  checkSkewed(cut(2 ** 25, { width: 2, coarse: true }).count, [2])
  checkSkewed(cut(2 ** 25, { width: 8 }).count, [2, 3, 8])
})

test('the entry of a rank says what it holds, and nothing at the end', () => {
  const control = newRegion(100, 2)
  const claims = new Claims(control, 0, 1)
  const line = control.layout.entry(0, 1)
  while (claims.next()) {
    const count = control.words[line + Entry.runCount]!
    const last = control.layout.runs(0, 1) + 2 * (count - 1)
    assert.is(control.words[line + Entry.claimState], Claim.held)
    assert.ok(control.words[last]! <= claims.start && control.words[last + 1] === claims.end)
    if (claims.start % 2 === 0) claims.commit()
  }
  assert.is(control.words[line + Entry.claimState], Claim.none)
})

test('a rank begins in its own stretch, and then helps where most is left', () => {
  const control = newRegion(300, 3)
  const claims = new Claims(control, 0, 1)
  assert.ok(claims.next())
  assert.is(claims.start, 100)
  control.words[control.layout.counter(0, 1)] = 200
  control.words[control.layout.counter(0, 0)] = 90
  assert.ok(claims.next())
  assert.is(claims.start, 200)
})

test('the first claim is one chunk: nobody knows yet how long a chunk takes', () => {
  const claims = new Claims(newRegion(1_000, 2), 0, 0)
  assert.ok(claims.next())
  assert.is(claims.end - claims.start, 1)
})

test('what has been committed is recorded whole, in few runs', () => {
  const control = newRegion(5_000, 2)
  const ranks = [0, 1].map((rank) => new Claims(control, 0, rank))
  for (let turn = 0, idle = 0; idle < 2; turn++) {
    const claims = ranks[turn % 2]!
    if (claims.next()) claims.commit()
    else idle++
  }
  const runs = [0, 1].flatMap((entry) => {
    const line = control.layout.entry(0, entry)
    const [count, committed] = [control.words[line + Entry.runCount]!, control.words[line + Entry.committedRuns]!]
    assert.is(committed, count)
    const at = control.layout.runs(0, entry)
    return Array.from({ length: count }, (_, run) => [control.words[at + 2 * run]!, control.words[at + 2 * run + 1]!] as const)
  })
  assert.ok(runs.length < 100, `${runs.length} runs`)
  let end = 0
  for (const run of runs.sort((a, b) => a[0] - b[0])) {
    assert.is(run[0], end)
    end = run[1]
  }
  assert.is(end, 5_000)
})

test('there is nothing to claim in a region without chunks', () => {
  assert.not(new Claims(newRegion(0, 2), 0, 0).next())
})

test.run()
