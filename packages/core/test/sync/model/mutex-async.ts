import { futexWait, futexWake, type Protocol, type Step } from './explore.js'
import { get, register, set, setRegister } from './words.js'

/** The futex word: 0 while free, `ownerDied`, or twice the owner + 2, and 1 more while somebody wants to be woken. */
const word = 0
const ownerDied = 1_000
/** Registers: the value to sleep on, whether it has parked. */
const [expected, parked] = [0, 1]
const at = { lock: 0, announceHeld: 1, announce: 2, again: 3, park: 4, unlock: 5, wake: 6, end: 7 }

/** `Mutex.lockAsync`, step by step: how those who wait without blocking are woken. */
export function asyncMutexModel({ members, mistake }: { members: number; mistake?: 'sleep on a free one' | 'leave the others' }): Protocol {
  const attempt: Step = (state, me) => {
    if (get(state, word) !== 0 && get(state, word) !== ownerDied) return undefined
    set(state, word, 2 * me + 2)
    return register(state, me, parked) === 1 && mistake !== 'leave the others' ? at.announceHeld : at.unlock
  }
  const steps: Step[] = [
    (state, me) => attempt(state, me) ?? at.announce,
    (state) => {
      set(state, word, get(state, word) | 1)
      return at.unlock
    },
    (state, me) => {
      setRegister(state, me, parked, 1)
      const free = get(state, word) === 0 || get(state, word) === ownerDied
      if (!free) set(state, word, get(state, word) | 1)
      setRegister(state, me, expected, free && mistake !== 'sleep on a free one' ? -1 : get(state, word))
      return at.again
    },
    (state, me) => attempt(state, me) ?? at.park,
    (state, me) => futexWait(state, me, word, register(state, me, expected), at.lock),
    (state, me) => {
      const announced = (get(state, word) & 1) === 1
      if (get(state, word) >> 1 !== me + 1) throw new Error('unlocked by another')
      set(state, word, 0)
      return announced ? at.wake : at.end
    },
    (state, me) => {
      const states = futexWake(state, me, word, 1, at.end)
      for (const each of states) Object.assign(each.members[me] as object, { done: true })
      return states
    },
  ]
  return {
    words: [0],
    programs: Array.from({ length: members }, () => steps),
    registers: 2,
    bury(state, me) {
      if (get(state, word) >> 1 === me + 1) set(state, word, ownerDied)
    },
  }
}
