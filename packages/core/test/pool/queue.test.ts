import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CallCache } from '#internal/pool/call-cache.js'
import { kernelReference } from '#internal/pool/kernel-reference.js'
import { planSpmd } from '#internal/pool/plan.js'
import { Queue } from '#internal/pool/queue.js'
import { Region } from '#internal/pool/region.js'
import { resolveRegionOptions } from '#internal/pool/region-options.js'
import { Task } from '#internal/pool/task.js'
import { Forecast } from '#internal/pool/vacancies.js'

const test = suite('Queue')

const kernel = () => 0

function task(priority: number, rank?: number): Task {
  return new Task({
    kernel: kernelReference('kernel', kernel),
    args: [],
    transfer: [],
    priority,
    rank,
    backend: 'threads',
  })
}

function region(width = 1): Region {
  return new Region(planSpmd(kernel, resolveRegionOptions({ width }, width), [], {}), new CallCache())
}

/** In the order in which it would be served. */
function served(queue: Queue): unknown[] {
  return Array.from({ length: queue.length }, (_, place) => queue.at(place))
}

test('regions, and tasks of the same priority, are served as they came', () => {
  const queue = new Queue()
  const calls = [task(0), region(), task(0), region(), task(0)]
  for (const call of calls) queue.add(call)
  assert.ok(served(queue).every((call, place) => call === calls[place]))
})

test('a task goes before tasks of lower priority, and before no region that came before those', () => {
  const queue = new Queue()
  const [low, first, lower, second, high] = [task(1), region(), task(0), region(), task(2)]
  for (const call of [first, low, second, lower]) queue.add(call)
  queue.add(high)
  const expected = [first, high, low, second, lower]
  assert.ok(served(queue).every((call, place) => call === expected[place]))
  const middle = task(1)
  queue.add(middle)
  assert.is(queue.at(4), middle, 'behind its equals')
  assert.is(queue.at(5), lower)
})

test('only tasks are counted, until they are taken out', () => {
  const queue = new Queue()
  const [one, other, third] = [task(0), region(), task(0)]
  for (const call of [one, other, third]) queue.add(call)
  assert.is(queue.taskCount, 2)
  assert.is(queue.remove(other), true)
  assert.is(queue.taskCount, 2)
  queue.removeAt(0)
  assert.is(queue.taskCount, 1)
  assert.is(queue.remove(one), false, 'it does not wait any more')
  assert.is(queue.taskCount, 1)
  assert.equal(queue.removeAll().length, 1)
  assert.is(queue.taskCount, 0)
  assert.is(queue.length, 0)
})

test('who can begin goes ahead of tasks for other ranks, and of nothing else', () => {
  const queue = new Queue()
  const [elsewhere, here, wide, last] = [task(0, 1), task(0), region(2), task(0)]
  for (const call of [elsewhere, here, wide, last]) queue.add(call)
  assert.equal(queue.next(new Forecast([0], 1), 0), { place: 1, ranks: [0] })
  assert.is(queue.next(new Forecast([0], 1), 2), undefined, 'behind the region')
  assert.is(queue.next(new Forecast([0, 2], 0), 2), undefined, 'no slot')
  assert.equal(queue.next(new Forecast([0, 2, 3], 1), 2), { place: 2, ranks: [0, 2] })
})

test('those that wait with a task are counted, when what is vacant has been given out and that task gets nothing of it', () => {
  const queue = new Queue()
  const withTask = (ranks: number[], priority = 0, rank?: number) => queue.waitingWith([{ rank, priority }], new Forecast(ranks, 1))
  assert.is(withTask([]), 1)
  assert.is(withTask([0]), 0, 'it begins')
  for (const call of [task(0, 1), task(0), region(2), task(0)]) queue.add(call)
  assert.is(withTask([]), 4)
  assert.is(withTask([0]), 3)
  assert.is(withTask([0, 2]), 3, 'the region waits for one more')
  assert.is(withTask([0, 2, 3]), 3, 'the region got them')
  assert.is(withTask([0, 2, 3, 4]), 2)
  assert.is(withTask([0, 2, 3, 4, 5]), 0)
  assert.is(withTask([0], 1), 0, 'ahead of all that wait')
  assert.is(withTask([0], 0, 2), 3)
  assert.is(withTask([0, 2, 3, 4], 1, 5), 2)
})

test('several tasks come together: all that would wait are counted, if one of them would', () => {
  const queue = new Queue()
  const together = (ranks: number[]) =>
    queue.waitingWith(
      [0, 1, 2].map((rank) => ({ rank, priority: 1 })),
      new Forecast(ranks, 0),
    )
  assert.is(together([0, 1, 2]), 0)
  assert.is(together([1]), 2)
  for (const call of [task(1, 0), task(0)]) queue.add(call)
  assert.is(together([0, 1, 2]), 2, 'the one that was there first has the rank; the last one gets none')
  assert.is(together([0, 1, 2, 3]), 1)
  assert.is(together([2]), 4)
})

test('thousands of calls that wait are served in their order, with others that come and go meanwhile', () => {
  const queue = new Queue()
  const expected = Array.from({ length: 5_000 }, () => task(0))
  for (const call of expected) queue.add(call)
  for (let turn = 0; queue.length > 0; turn++) {
    if (turn % 3 === 0) {
      const urgent = task(1)
      queue.add(urgent)
      assert.is(queue.removeAt(0), urgent)
    }
    if (turn % 5 === 0) queue.remove(expected.splice(expected.length >> 1, 1)[0]!)
    if (turn % 7 === 0) {
      const last = task(0)
      queue.add(last)
      expected.push(last)
      if (turn > 2_000) queue.remove(expected.pop()!)
    }
    assert.is(queue.length, expected.length)
    assert.is(queue.taskCount, expected.length)
    if (expected.length > 0) {
      assert.equal(queue.next(new Forecast([0], 0), 0), { place: 0, ranks: [0] })
      assert.is(queue.at(queue.length - 1), expected.at(-1))
      assert.is(queue.removeAt(0), expected.shift())
    }
  }
  const calls = [task(0), task(0)]
  for (const call of calls) queue.add(call)
  assert.ok(queue.removeAll().every((call, place) => call === calls[place]))
})

test.run()
