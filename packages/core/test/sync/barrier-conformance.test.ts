import { semaphoreValue } from '@shoal/native'
import { Barrier, SysvBarrier } from '#internal/sync/index.js'
import { watchdog } from '../support/watchdog.js'
import { type BarrierMaker, barrierSuite } from './conformance/barrier-suite.js'
import { backends } from './support/member.js'

watchdog()

const futex: BarrierMaker = {
  name: 'Barrier over shared memory',
  backends,
  create: (words, parties) => Barrier.create(words, 0, { parties, watch: true }),
  arrived: (words) => ((words[2] ?? 0) >>> 12) & 0xfff,
  dispose: (barrier) => barrier.detach(),
}

const sysv: BarrierMaker = {
  name: 'Barrier over System V semaphores',
  backends,
  create(words, parties) {
    const barrier = SysvBarrier.create({ parties })
    words[14] = barrier.id
    return barrier
  },
  arrived: (_, barrier) => barrier.parties - semaphoreValue((barrier as SysvBarrier).id, 0),
  dispose: (barrier) => (barrier as SysvBarrier).remove(),
}

barrierSuite(futex)
barrierSuite(sysv)
