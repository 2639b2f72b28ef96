import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../support/watchdog.js'
import { barrierModel } from './model/barrier.js'
import { conditionModel } from './model/condition.js'
import { explore, type Protocol } from './model/explore.js'
import { mutexModel } from './model/mutex.js'
import { asyncMutexModel } from './model/mutex-async.js'
import { ringModel } from './model/ring.js'
import { rwLockModel } from './model/rw-lock.js'
import { semaphoreModel } from './model/semaphore.js'
import { sysvBarrierModel } from './model/sysv-barrier.js'

watchdog()
const test = suite('all interleavings')

const sound: Record<string, Protocol> = {
  'barrier, 2 members, 3 phases': barrierModel({ members: 2, phases: 3 }),
  'barrier, 3 members, 2 phases': barrierModel({ members: 3, phases: 2 }),
  'barrier, 3 members, one may time out': barrierModel({ members: 3, phases: 2, timeout: true }),
  'barrier, 2 members, one dies': barrierModel({ members: 2, phases: 2, deaths: true }),
  'barrier, 3 members, one dies': barrierModel({ members: 3, phases: 1, deaths: true }),
  'System V barrier, 2 members, 3 phases': sysvBarrierModel({ members: 2, phases: 3 }),
  'System V barrier, 3 members': sysvBarrierModel({ members: 3, phases: 1 }),
  'System V barrier, 2 members, one leaves': sysvBarrierModel({ members: 2, phases: 2, leaver: true }),
  'System V barrier, 3 members, one breaks it and goes': sysvBarrierModel({ members: 3, phases: 1, hasty: true }),
  'System V barrier, 2 members, one dies': sysvBarrierModel({ members: 2, phases: 2, deaths: true }),
  'semaphore, 2 takers, 2 givers': semaphoreModel({ takers: [1, 1], givers: [1, 1] }),
  'semaphore, one wants two': semaphoreModel({ takers: [2, 1], givers: [1, 2] }),
  'semaphore, a taker, a giver, one dies': semaphoreModel({ takers: [1], givers: [1], deaths: true }),
  'semaphore, 2 takers, a giver, one dies': semaphoreModel({ takers: [1, 1], givers: [2], deaths: true }),
  'semaphore, 2 takers that do not block, 2 givers': semaphoreModel({ takers: [1, 1], givers: [1, 1], async: true }),
  'semaphore, 2 takers that do not block, one wants two': semaphoreModel({ takers: [2, 1], givers: [1, 2], async: true }),
  'semaphore, 2 takers that do not block, a giver, one dies': semaphoreModel({ takers: [1, 1], givers: [2], async: true, deaths: true }),
  'mutex, 2 members that do not block, one dies': asyncMutexModel({ members: 2 }),
  'mutex, 3 members that do not block, one dies': asyncMutexModel({ members: 3 }),
  'mutex, 2 members, one dies': mutexModel({ members: 2 }),
  'mutex, 3 members, one dies': mutexModel({ members: 3 }),
  'read-write lock, 2 readers, a writer': rwLockModel({ readers: 2, writers: 1 }),
  'read-write lock, a reader, a writer, one dies': rwLockModel({ readers: 1, writers: 1, deaths: true }),
  'read-write lock, a reader, 2 writers, one dies': rwLockModel({ readers: 1, writers: 2, deaths: true }),
  'read-write lock, 2 readers, a writer, one dies': rwLockModel({ readers: 2, writers: 1, deaths: true }),
  'ring, 2 producers, 2 consumers': ringModel({ producerCount: 2, consumerCount: 2, capacity: 1 }),
  'ring, a producer, a consumer, one dies': ringModel({ producerCount: 1, consumerCount: 1, capacity: 1, deaths: true }),
  'ring, 2 producers, a consumer, one dies': ringModel({ producerCount: 2, consumerCount: 1, capacity: 1, deaths: true }),
  'ring, a producer, 2 consumers, one dies': ringModel({ producerCount: 1, consumerCount: 2, capacity: 1, stored: 1, deaths: true }),
  'condition, a taker, one dies': conditionModel({ takers: 1 }),
  'condition, 2 takers, one dies': conditionModel({ takers: 2 }),
}

for (const [name, protocol] of Object.entries(sound)) {
  test(`${name}: every state leads to an end`, () => {
    const states = explore(protocol)
    assert.ok(states > 20)
  })
}

const unsound: Record<string, Protocol> = {
  'a barrier that sleeps without comparing': barrierModel({ members: 2, phases: 1, mistake: 'sleep without comparing' }),
  'a barrier that does not count its sleepers in time': barrierModel({ members: 2, phases: 1, mistake: 'count after sleeping' }),
  'a System V barrier that arms a phase by an old look': sysvBarrierModel({
    members: 2,
    phases: 3,
    leaver: true,
    mistake: 'arm by an old look',
  }),
  'a System V barrier that compares two moments': sysvBarrierModel({ members: 3, phases: 1, mistake: 'compare two moments' }),
  'a System V barrier that releases what is broken': sysvBarrierModel({
    members: 3,
    phases: 1,
    hasty: true,
    mistake: 'release what is broken',
  }),
  'a semaphore that looks at the sleepers before it gives': semaphoreModel({
    takers: [1],
    givers: [1],
    mistake: 'look at the sleepers first',
  }),
  'a semaphore whose takers sleep on what is enough': semaphoreModel({
    takers: [1, 1],
    givers: [1, 1],
    async: true,
    mistake: 'sleep on what is enough',
  }),
  'a mutex that is slept on while it is free': { ...asyncMutexModel({ members: 3, mistake: 'sleep on a free one' }), deaths: 0 },
  'a mutex whose next owner leaves those who sleep': { ...asyncMutexModel({ members: 3, mistake: 'leave the others' }), deaths: 0 },
  'a mutex that is consistent before it is marked': mutexModel({ members: 3, mistake: 'consistent before the mark' }),
  'a read-write lock whose readers do not look again': rwLockModel({ readers: 1, writers: 1, mistake: 'look at the flag before the slot' }),
  'a read-write lock that leaves the flag of the dead': rwLockModel({
    readers: 1,
    writers: 1,
    deaths: true,
    mistake: 'leave the flag of the dead',
  }),
  'a ring that publishes before it copies': ringModel({
    producerCount: 1,
    consumerCount: 1,
    capacity: 1,
    mistake: 'publish before the copy',
  }),
  'a ring that looks before it counts its sleepers': ringModel({
    producerCount: 1,
    consumerCount: 1,
    capacity: 1,
    mistake: 'look before counting',
  }),
  'a ring that takes before it copies': ringModel({
    producerCount: 1,
    consumerCount: 1,
    capacity: 1,
    deaths: true,
    mistake: 'take before the copy',
  }),
  'a condition that unlocks before it counts its sleepers': conditionModel({ takers: 1, mistake: 'unlock before counting' }),
}

for (const [name, protocol] of Object.entries(unsound)) {
  test(`${name} is found out`, () => assert.throws(() => explore(protocol)))
}

test.run()
