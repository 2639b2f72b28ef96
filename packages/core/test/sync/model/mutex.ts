import type { Protocol, Step } from './explore.js'
import { anyDead, get, lock, markDead, register, set, setRegister } from './words.js'

const [word, poisoned, data, inside] = [0, 1, 2, 3]
/** Half of the change that the mutex guards. */
const torn = 1
const at = { lock: 0, mark: 1, enter: 2, repair: 3, change: 4, whole: 5, leave: 6, unlock: 7, end: 8 }

/** `sys/mutex.cc`, step by step: what the owner's death leaves, and who is told. Every other member repairs what it finds torn. */
export function mutexModel({ members, mistake }: { members: number; mistake?: 'consistent before the mark' }): Protocol {
  const steps: Step[] = [
    (state, me) => {
      const result = lock(state, me, word)
      if (result === 'busy') return undefined
      setRegister(state, me, 0, result === 'died' ? 1 : 0)
      // Until it is made consistent, the mutex of one that dies now says again that its owner died.
      return result === 'died' ? at.mark : at.enter
    },
    (state) => {
      set(state, poisoned, 1)
      return at.enter
    },
    (state, me) => {
      set(state, inside, get(state, inside) + 1)
      if (get(state, inside) > 1) throw new Error('two hold the mutex')
      if (get(state, data) === torn && get(state, poisoned) === 0) throw new Error('torn data without a word of it')
      setRegister(state, me, 0, get(state, poisoned))
      return get(state, poisoned) ? at.repair : at.change
    },
    (state) => {
      set(state, data, 0)
      set(state, poisoned, 0)
      return at.change
    },
    (state) => {
      set(state, data, torn)
      return at.whole
    },
    (state) => {
      set(state, data, 0)
      return at.leave
    },
    (state) => {
      set(state, inside, get(state, inside) - 1)
      return at.unlock
    },
    (state, me) => {
      if (register(state, me, 0) > 1 || get(state, word) !== me + 1) throw new Error('unlocked by another')
      set(state, word, 0)
      return at.end
    },
  ]
  if (mistake !== undefined) steps[at.mark] = () => at.enter
  return {
    words: [0, 0, 0, 0],
    programs: Array.from({ length: members }, () => steps),
    registers: 1,
    finally: (state) => (get(state, data) === torn && !anyDead(state) ? 'torn for good' : undefined),
    bury(state, me) {
      const { pc } = state.members[me] as { pc: number }
      if (pc > at.enter && pc < at.unlock) set(state, inside, get(state, inside) - 1)
      markDead(state, me, [word])
    },
  }
}
