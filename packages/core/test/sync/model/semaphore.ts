import { futexWait, futexWake, type Protocol, type Step } from './explore.js'
import { add, get, register, setRegister } from './words.js'

const [permits, sleepers, greedy] = [0, 1, 2]

export interface SemaphoreModel {
  /** How many permits each taker wants. */
  takers: readonly number[]
  /** How many each giver gives. */
  givers: readonly number[]
  deaths?: boolean
  /** Takers that do not block, as `acquireAsync`. */
  async?: boolean
  mistake?: 'look at the sleepers first' | 'sleep on what is enough'
}

/** `sys/semaphore.cc`, step by step. */
export function semaphoreModel({ takers, givers, deaths = false, async = false, mistake }: SemaphoreModel): Protocol {
  return {
    words: [0, 0, 0],
    programs: [...takers.map((count) => (async ? takeAsync(count, mistake) : take(count))), ...givers.map((count) => give(count, mistake))],
    registers: 2,
    invariant: (state) => (get(state, permits) < 0 ? 'more permits out than there are' : undefined),
    ...(deaths ? { bury: (state, me) => replace(state.words, me, takers, givers) } : {}),
  }
}

function take(count: number): Step[] {
  const at = { acquire: 0, count: 1, greedy: 2, look: 3, sleep: 4, ungreedy: 5, uncount: 6, end: 7 }
  return [
    (state) => {
      if (get(state, permits) < count) return at.count
      add(state, permits, -count)
      return at.end
    },
    (state) => {
      add(state, sleepers, 1)
      return at.greedy
    },
    (state) => {
      if (count > 1) add(state, greedy, 1)
      return at.look
    },
    (state, me) => {
      setRegister(state, me, 0, get(state, permits))
      return get(state, permits) < count ? at.sleep : at.ungreedy
    },
    (state, me) => futexWait(state, me, permits, register(state, me, 0), at.ungreedy),
    (state) => {
      if (count > 1) add(state, greedy, -1)
      return at.uncount
    },
    (state) => {
      add(state, sleepers, -1)
      return at.acquire
    },
  ]
}

/** `Semaphore.acquireAsync`: its attempt comes after it has taken the value to sleep on. */
function takeAsync(count: number, mistake: SemaphoreModel['mistake']): Step[] {
  const at = { greedy: 0, acquire: 1, count: 2, expect: 3, again: 4, sleep: 5, uncount: 6, ungreedy: 7, end: 8 }
  const [expected, done] = [0, 1]
  const acquire: Step = (state, me) => {
    if (get(state, permits) < count) return undefined
    add(state, permits, -count)
    setRegister(state, me, done, 1)
    return at.ungreedy
  }
  return [
    (state) => {
      if (count > 1) add(state, greedy, 1)
      return at.acquire
    },
    (state, me) => acquire(state, me) ?? at.count,
    (state) => {
      add(state, sleepers, 1)
      return at.expect
    },
    (state, me) => {
      const most = mistake === 'sleep on what is enough' ? get(state, permits) : count - 1
      setRegister(state, me, expected, Math.min(get(state, permits), most))
      return at.again
    },
    (state, me) => (acquire(state, me) === undefined ? at.sleep : at.uncount),
    (state, me) => futexWait(state, me, permits, register(state, me, expected), at.uncount),
    (state, me) => {
      add(state, sleepers, -1)
      return register(state, me, done) === 1 ? at.ungreedy : at.acquire
    },
    (state) => {
      if (count > 1) add(state, greedy, -1)
      return at.end
    },
  ]
}

function give(count: number, mistake: SemaphoreModel['mistake']): Step[] {
  const at = { release: 0, look: 1, wake: 2, end: 3 }
  const release: Step = (state) => {
    add(state, permits, count)
    return at.look
  }
  const look: Step = (state, me) => {
    setRegister(state, me, 0, get(state, sleepers))
    return at.wake
  }
  const wake: Step = (state, me) => {
    if (register(state, me, 0) === 0) return at.end
    const states = futexWake(state, me, permits, get(state, greedy) > 0 ? 99 : count, at.end)
    for (const each of states) Object.assign(each.members[me] as object, { done: true })
    return states
  }
  if (mistake !== 'look at the sleepers first') return [release, look, wake]
  return [
    (state, me) => {
      setRegister(state, me, 0, get(state, sleepers))
      return 1
    },
    (state) => {
      add(state, permits, count)
      return 2
    },
    wake,
  ]
}

// A giver that dies has given or not: those who wait for it would wait by right. So the model gives in its place; a taker that dies
// wants no more.
function replace(words: number[], me: number, takers: readonly number[], givers: readonly number[]): void {
  if (me >= takers.length) words[permits] = (words[permits] ?? 0) + (givers[me - takers.length] ?? 0)
}
