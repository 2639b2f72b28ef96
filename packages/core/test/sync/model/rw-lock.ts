import { futexWait, futexWake, type Protocol, type Step } from './explore.js'
import { add, get, lock, markDead, register, set, setRegister } from './words.js'

// The flag, the writers' mutex, what only the check knows, then one mutex for each reader's slot.
const [writing, writer, readersIn, writersIn, slots] = [0, 1, 2, 3, 4]

/** `sys/read_write_lock.cc`, step by step: readers with a slot each, and writers. */
export function rwLockModel({
  readers,
  writers,
  deaths = false,
  mistake,
}: {
  readers: number
  writers: number
  deaths?: boolean
  mistake?: 'look at the flag before the slot' | 'leave the flag of the dead'
}): Protocol {
  const reader = (slot: number): Step[] => {
    const at = {
      look: 0,
      clear: 1,
      clearFlag: 2,
      clearDone: 3,
      wait: 4,
      lock: 5,
      check: 6,
      back: 7,
      inside: 8,
      out: 9,
      unlock: 10,
      end: 11,
    }
    return [
      (state) => (get(state, writing) === 0 ? at.lock : at.clear),
      (state, me) => {
        if (mistake === 'leave the flag of the dead' || get(state, writer) > 0) return at.wait
        return lock(state, me, writer) === 'busy' ? at.wait : at.clearFlag
      },
      (state) => {
        set(state, writing, 0)
        return at.clearDone
      },
      (state, me) => {
        set(state, writer, 0)
        return futexWake(state, me, writing, 99, at.wait)
      },
      (state, me) => futexWait(state, me, writing, 1, at.look),
      (state, me) => {
        if (get(state, slots + slot) !== 0) return undefined
        lock(state, me, slots + slot)
        return mistake === 'look at the flag before the slot' ? at.inside : at.check
      },
      (state) => (get(state, writing) === 0 ? at.inside : at.back),
      (state) => {
        set(state, slots + slot, 0)
        return at.look
      },
      (state) => {
        add(state, readersIn, 1)
        return at.out
      },
      (state) => {
        add(state, readersIn, -1)
        return at.unlock
      },
      (state) => {
        set(state, slots + slot, 0)
        return at.end
      },
    ]
  }
  const write: Step[] = (() => {
    const at = { lock: 0, flag: 1, drain: 2, inside: 3, out: 4, unflag: 5, wake: 6, unlock: 7, end: 8 }
    return [
      (state, me) => (lock(state, me, writer) === 'busy' ? undefined : at.flag),
      (state) => {
        set(state, writing, 1)
        return at.drain
      },
      (state, me) => {
        const slot = register(state, me, 0)
        if (slot === readers) return at.inside
        // Locks the slot and lets it go; that of a dead reader is as good as free.
        if (get(state, slots + slot) > 0) return undefined
        set(state, slots + slot, 0)
        setRegister(state, me, 0, slot + 1)
        return at.drain
      },
      (state) => {
        add(state, writersIn, 1)
        return at.out
      },
      (state) => {
        add(state, writersIn, -1)
        return at.unflag
      },
      (state) => {
        set(state, writing, 0)
        return at.wake
      },
      (state, me) => futexWake(state, me, writing, 99, at.unlock),
      (state) => {
        set(state, writer, 0)
        return at.end
      },
    ]
  })()
  return {
    words: [0, 0, 0, 0, ...new Array<number>(readers).fill(0)],
    programs: [...Array.from({ length: readers }, (_, slot) => reader(slot)), ...Array.from({ length: writers }, () => write)],
    registers: 1,
    invariant: (state) =>
      get(state, writersIn) > 1 || (get(state, writersIn) > 0 && get(state, readersIn) > 0) ? 'a writer is not alone' : undefined,
    ...(deaths
      ? {
          bury(state, me) {
            const { pc } = state.members[me] as { pc: number }
            if (me < readers && pc === 9) add(state, readersIn, -1)
            if (me >= readers && pc === 4) add(state, writersIn, -1)
            markDead(state, me, [writer, ...Array.from({ length: readers }, (_, slot) => slots + slot)])
          },
        }
      : {}),
  }
}
