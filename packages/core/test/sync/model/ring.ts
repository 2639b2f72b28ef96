import { futexWait, futexWake, type Protocol, type State, type Step } from './explore.js'
import { add, get, lock, markDead, register, set, setRegister } from './words.js'

// Two mutexes, two counters of records, an event count (key, sleepers) for each end, then the slots, and how often each record was published
// and taken, which only the check knows.
const [producers, consumers, tail, head, publishedKey, freedKey, slots] = [0, 1, 2, 3, 4, 6, 8]

/**
 * `sys/record_ring.cc`, step by step, for records of one length. Producer p pushes the record p + 1, a consumer pops one. Once somebody has
 * died, a wait that can have no end by right is given up: for room without consumers, for a record without producers.
 */
export function ringModel({
  producerCount,
  consumerCount,
  capacity,
  stored = 0,
  deaths = false,
  mistake,
}: {
  producerCount: number
  consumerCount: number
  capacity: number
  /** Records that lie there at the start, with the numbers that follow. */
  stored?: number
  deaths?: boolean
  mistake?: 'publish before the copy' | 'look before counting' | 'take before the copy'
}): Protocol {
  const records = producerCount + stored
  const published = slots + capacity
  const taken = published + records + 1
  const allGone = (state: State, from: number, to: number) =>
    state.deaths > 0 && state.members.slice(from, to).every(({ dead, done }) => dead || done)
  const noConsumers = (state: State) => allGone(state, producerCount, producerCount + consumerCount)
  const noProducers = (state: State) => allGone(state, 0, producerCount)
  /** Sleeps until `ready`, by the event count at `key`; goes on at 0. Five steps from `at` on. */
  const wait = (at: number, key: number, ready: Step): Step[] => {
    const steps: Step[] = [
      (state) => {
        add(state, key + 1, 1)
        return at + 1
      },
      (state, me) => {
        setRegister(state, me, 0, get(state, key))
        return at + 2
      },
      (state, me) => (ready(state, me) === undefined ? at + 3 : at + 4),
      (state, me) => futexWait(state, me, key, register(state, me, 0), at + 4),
      (state) => {
        add(state, key + 1, -1)
        return 0
      },
    ]
    // The look at the condition only before the key is taken.
    if (mistake === 'look before counting') steps[2] = () => at + 3
    return steps
  }
  /** Wakes after a change: two steps from `at` on, then the end. */
  const notify = (at: number, key: number, count: number): Step[] => [
    (state) => {
      if (get(state, key + 1) === 0) return at + 3
      add(state, key, 1)
      return at + 1
    },
    (state, me) => futexWake(state, me, key, count, at + 2),
    () => at + 3,
  ]
  const hasRoom: Step = (state) => (get(state, tail) - get(state, head) < capacity ? 0 : undefined)
  const hasRecord: Step = (state) => (get(state, tail) > get(state, head) ? 0 : undefined)
  const push = (record: number): Step[] => {
    const copy: Step = (state) => {
      set(state, slots + (get(state, tail) % capacity), record)
      return 2
    }
    const publish: Step = (state) => {
      add(state, tail, 1)
      add(state, published + record, 1)
      return 3
    }
    const late: Step = (state) => {
      set(state, slots + ((get(state, tail) - 1) % capacity), record)
      return 3
    }
    const early: Step = (state) => {
      add(state, tail, 1)
      add(state, published + record, 1)
      return 2
    }
    return [
      (state, me) => {
        if (get(state, producers) > 0) return undefined
        if (hasRoom(state, me) === undefined) return noConsumers(state) ? 12 : 7
        lock(state, me, producers)
        return 1
      },
      ...(mistake === 'publish before the copy' ? [early, late] : [copy, publish]),
      (state) => {
        set(state, producers, 0)
        return 4
      },
      ...notify(4, publishedKey, 1).map(
        (step): Step =>
          (state, me) =>
            skipTo(step(state, me), 7, 12),
      ),
      ...wait(7, freedKey, hasRoom),
    ]
  }
  const pop: Step[] = [
    (state, me) => {
      if (get(state, consumers) > 0) return undefined
      if (hasRecord(state, me) === undefined) return noProducers(state) ? 12 : 7
      lock(state, me, consumers)
      return 1
    },
    (state, me) => {
      setRegister(state, me, 1, get(state, slots + (get(state, head) % capacity)))
      if (mistake === 'take before the copy') add(state, head, 1)
      return 2
    },
    (state, me) => {
      if (mistake !== 'take before the copy') add(state, head, 1)
      add(state, taken + register(state, me, 1), 1)
      return 3
    },
    (state) => {
      set(state, consumers, 0)
      return 4
    },
    ...notify(4, freedKey, 99).map(
      (step): Step =>
        (state, me) =>
          skipTo(step(state, me), 7, 12),
    ),
    ...wait(7, publishedKey, hasRecord),
  ]
  const words = new Array<number>(taken + records + 1).fill(0)
  words[tail] = stored
  for (let i = 0; i < stored; i++) {
    words[slots + i] = producerCount + i + 1
    words[published + producerCount + i + 1] = 1
  }
  return {
    words,
    programs: [...Array.from({ length: producerCount }, (_, p) => push(p + 1)), ...Array.from({ length: consumerCount }, () => pop)],
    registers: 2,
    invariant(state) {
      if (get(state, taken) > 0) return 'a record was taken that nobody had written'
      for (let record = 1; record <= records; record++) if (get(state, taken + record) > 1) return 'a record was taken twice'
      return undefined
    },
    finally(state) {
      const left = Array.from({ length: get(state, tail) - get(state, head) }, (_, i) =>
        get(state, slots + ((get(state, head) + i) % capacity)),
      )
      for (let record = 1; record <= records; record++) {
        const found = get(state, taken + record) + left.filter((each) => each === record).length
        if (found !== get(state, published + record)) return 'a record was lost'
      }
      return undefined
    },
    ...(deaths ? { bury: (state, me) => markDead(state, me, [producers, consumers]) } : {}),
  }
}

function skipTo(outcome: ReturnType<Step>, from: number, to: number): ReturnType<Step> {
  return outcome === from ? to : outcome
}
