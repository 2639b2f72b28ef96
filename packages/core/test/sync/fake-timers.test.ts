import { Condition, Mutex, Semaphore, SysvSemaphore } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { withFakeTimers } from '../support/fake-timers.js'
import { rejection } from '../support/rejection.js'
import { watchdog } from '../support/watchdog.js'

watchdog()

const test = suite('waits under fake timers')
const late = { timeoutMs: 5 }
const never = () => false

test('those that block end in time', () =>
  withFakeTimers(async () => {
    const mutex = Mutex.create()
    const waits = [() => Semaphore.create({ permits: 0 }).acquire(1, late), () => Condition.create().wait(mutex, mutex.lock(), never, late)]
    for (const wait of waits) assert.throws(wait, isLate)
  }))

test('those that do not block end in time', () =>
  withFakeTimers(async () => {
    const mutex = Mutex.create()
    const set = SysvSemaphore.create({ values: [0] })
    const waits = [
      Semaphore.create({ permits: 0 }).acquireAsync(1, late),
      Condition.create().waitAsync(mutex, mutex.lock(), never, late),
      set.acquireAsync(1, late),
    ]
    for (const error of await Promise.all(waits.map(rejection))) assert.ok(isLate(error))
    set.remove()
  }))

test.run()

function isLate({ code }: { readonly code?: unknown }): boolean {
  return String(code).endsWith('_TIMEOUT')
}
