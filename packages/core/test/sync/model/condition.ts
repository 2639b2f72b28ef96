import { futexWait, futexWake, type Protocol, type Step } from './explore.js'
import { add, get, lock, markDead, register, set, setRegister } from './words.js'

const [mutex, key, sleepers, items] = [0, 1, 2, 3]

/** `condition.ts` of the library, step by step: takers wait for an item each, one giver gives them all, with a wake for each. */
export function conditionModel({ takers, mistake }: { takers: number; mistake?: 'unlock before counting' }): Protocol {
  const at = { lock: 0, look: 1, count: 2, key: 3, unlock: 4, sleep: 5, uncount: 6, take: 7, out: 8, end: 9 }
  const take: Step[] = [
    (state, me) => (lock(state, me, mutex) === 'busy' ? undefined : at.look),
    (state) => (get(state, items) > 0 ? at.take : mistake === 'unlock before counting' ? at.unlock : at.count),
    (state) => {
      add(state, sleepers, 1)
      return at.key
    },
    (state, me) => {
      setRegister(state, me, 0, get(state, key))
      return mistake === 'unlock before counting' ? at.sleep : at.unlock
    },
    (state) => {
      set(state, mutex, 0)
      return mistake === 'unlock before counting' ? at.count : at.sleep
    },
    (state, me) => futexWait(state, me, key, register(state, me, 0), at.uncount),
    (state) => {
      add(state, sleepers, -1)
      return at.lock
    },
    (state) => {
      add(state, items, -1)
      return at.out
    },
    (state) => {
      set(state, mutex, 0)
      return at.end
    },
  ]
  const g = { lock: 0, give: 1, look: 2, key: 3, wake: 4, unlock: 5, end: 6 }
  const give: Step[] = [
    (state, me) => (lock(state, me, mutex) === 'busy' ? undefined : g.give),
    (state) => {
      add(state, items, 1)
      return g.look
    },
    (state) => (get(state, sleepers) === 0 ? g.unlock : g.key),
    (state) => {
      add(state, key, 1)
      return g.wake
    },
    (state, me) => futexWake(state, me, key, 1, g.unlock),
    (state, me) => {
      set(state, mutex, 0)
      setRegister(state, me, 0, register(state, me, 0) + 1)
      return register(state, me, 0) === takers ? g.end : g.lock
    },
  ]
  return {
    words: [0, 0, 0, 0],
    programs: [...Array.from({ length: takers }, () => take), give],
    registers: 1,
    invariant: (state) => (get(state, items) < 0 ? 'an item was taken twice' : undefined),
    bury(state, me) {
      markDead(state, me, [mutex])
      // Items that the dead would have taken or given are nobody's loss: the rest waits for what is there.
      if (me === takers) set(state, items, takers)
    },
  }
}
