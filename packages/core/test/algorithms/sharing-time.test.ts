// Before the library, whose clock it takes the place of.
import './support/movable-clock.js'

import { createPool, type Pool, ShoalError } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { stopClocks } from '../support/fake-clock.js'
import { rejection } from '../support/rejection.js'
import { watchdog } from '../support/watchdog.js'
import { Columns, everyOption } from './support/every-option.js'
import { moveClock } from './support/movable-clock.js'

watchdog()

/** So many that passes go to the workers. */
const columns = new Columns(300_007)
const HOUR = 3_600_000
let startClocks = (): void => {}

/** What happens between regions, and the time limits of those that began. */
interface Watched {
  onRegion: () => void
  limits: (number | undefined)[]
}

const test = suite<{ pool: Pool; watched: Watched }>('algorithms of several regions')
test.before(async (context) => {
  context.pool = await createPool({ workers: 2 })
  context.watched = watchRegions(context.pool)
})
test.before.each(({ watched }) => {
  watched.limits = []
  watched.onRegion = () => {}
})
test.after.each(() => {
  startClocks()
})
test.after(({ pool }) => pool.close())

/** Those with more than one region, which the other tests are about. */
const several: string[] = []

test('are known by their regions', async ({ pool, watched }) => {
  for (const [name, call] of Object.entries(everyOption)) {
    watched.limits = []
    await call([pool], columns.refill(), {})
    if (watched.limits.length > 1) several.push(name)
  }
  for (const name of ['sort', 'sort, comparing', 'quantile', 'filter, by a mask', 'filter, by a kernel', 'partitionBy', 'histogram'])
    assert.ok(several.includes(name), name)
})

test('do not begin the second when the time of the whole call has run out in the first', async ({ pool, watched }) => {
  for (const name of several) {
    watched.limits = []
    watched.onRegion = everyRegionTakesAnHour()
    const error = await rejection(everyOption[name]!([pool], columns.refill(), { timeoutMs: HOUR / 2 }) as Promise<unknown>)
    assert.is(error.code, 'SHOAL_REGION_TIMEOUT', name)
    assert.is(error.message, 'Not done within 1800000 ms (timeoutMs): allow more time, or give it less to do', name)
    assert.is(watched.limits.length, 1, name)
  }
})

test('give the second what the first has left of the time', async ({ pool, watched }) => {
  for (const name of several) {
    watched.limits = []
    watched.onRegion = everyRegionTakesAnHour()
    await Promise.allSettled([everyOption[name]!([pool], columns.refill(), { timeoutMs: 1.5 * HOUR })])
    assert.is(watched.limits.length, 2, name)
    const [first, second] = watched.limits as [number, number]
    assert.ok(first > HOUR && first <= 1.5 * HOUR, `${name}: ${first}`)
    assert.ok(second > 0 && second <= 0.5 * HOUR, `${name}: ${second}`)
  }
})

test('say how much time the whole call had when it runs out in the second', async ({ pool, watched }) => {
  for (const name of several) {
    watched.limits = []
    watched.onRegion = () => {
      if (watched.limits.length === 2) throw new ShoalError('SHOAL_REGION_TIMEOUT', `Not done within ${watched.limits[1]} ms`)
    }
    const error = await rejection(everyOption[name]!([pool], columns.refill(), { timeoutMs: HOUR }) as Promise<unknown>)
    assert.is(error.code, 'SHOAL_REGION_TIMEOUT', name)
    assert.is(error.message, 'Not done within 3600000 ms (timeoutMs): allow more time, or give it less to do', name)
  }
})

test('do not begin the second when the signal is aborted after the first', async ({ pool, watched }) => {
  for (const name of several) {
    watched.limits = []
    const controller = new AbortController()
    watched.onRegion = () => controller.abort(new Error('enough'))
    const error = await rejection(everyOption[name]!([pool], columns.refill(), { signal: controller.signal }) as Promise<unknown>)
    assert.is(error, controller.signal.reason, name)
    assert.is(watched.limits.length, 1, name)
  }
})

test('refuse a time limit that is none, however little there is to do', async ({ pool }) => {
  const few = new Columns(10)
  for (const [name, call] of Object.entries(everyOption)) {
    for (const timeoutMs of [0, Number.NaN, '5']) {
      const error = await rejection(call([pool], few.refill(), { timeoutMs }) as Promise<unknown>)
      assert.match(error.message, /^Expected a number of milliseconds.* for timeoutMs/, name)
    }
  }
})

test.run()

/** Regions of `pool` as algorithms begin and end them. */
/** Of this file's pools, since algorithms make their calls on objects of their own. */
function watchRegions(pool: Pool): Watched {
  const watched: Watched = { onRegion: () => {}, limits: [] }
  const calls = Object.getPrototypeOf(Object.getPrototypeOf(pool)) as Record<string, (...args: unknown[]) => Promise<unknown>>
  for (const name of ['forChunks', 'repeat', 'map']) {
    const call = calls[name]!
    calls[name] = async function (this: Pool, ...args: unknown[]) {
      watched.limits.push((args.at(-1) as { timeoutMs?: number }).timeoutMs)
      const result = await call.apply(this, args)
      watched.onRegion()
      return result
    }
  }
  return watched
}

/** Moves the clock at the end of every region; those that tests put in its place later stand still, and count for nothing. */
function everyRegionTakesAnHour(): () => void {
  startClocks()
  startClocks = stopClocks()
  return () => moveClock(HOUR)
}
