import { futexWait, futexWake, type Protocol, type State, type Step } from './explore.js'
import { add, anyDead, get, register, set, setRegister } from './words.js'

// The barrier's one word as three, changed together: generation, broken, arrived. Then the sleepers, and what only the check knows: how
// many were elected in each phase, and in which phase it broke.
const [generation, broken, arrived, sleepers, brokeIn, elected] = [0, 1, 2, 3, 4, 5]
// Registers: phases passed, the generation waited on, the arrivals seen, the outcome (1: broken).
const [passed, waitedOn, seen, outcome] = [0, 1, 2, 3]
const at = { load: 0, exchange: 1, wake: 2, count: 3, sleep: 4, uncount: 5, look: 6, next: 7, breakWake: 8, end: 9 }

export interface BarrierModel {
  members: number
  phases: number
  /** Whether member 0 may time out. */
  timeout?: boolean
  deaths?: boolean
  /** A mistake that the exploration has to find. */
  mistake?: 'sleep without comparing' | 'count after sleeping' | 'arrive, then release'
}

/** `sys/barrier.cc`, step by step. */
export function barrierModel({ members, phases, timeout = false, deaths = false, mistake }: BarrierModel): Protocol {
  const load: Step = (state, me) => {
    if (get(state, broken)) return leave(state, me)
    setRegister(state, me, waitedOn, get(state, generation))
    setRegister(state, me, seen, get(state, arrived))
    return at.exchange
  }
  const exchange: Step = (state, me) => {
    const same = get(state, generation) === register(state, me, waitedOn) && get(state, arrived) === register(state, me, seen)
    if (!same || get(state, broken)) return at.load
    if (register(state, me, seen) + 1 < members) {
      add(state, arrived, 1)
      return mistake === 'count after sleeping' ? at.sleep : at.count
    }
    set(state, arrived, 0)
    add(state, generation, 1)
    add(state, elected + register(state, me, passed), 1)
    return at.wake
  }
  const wake: Step = (state, me) => (get(state, sleepers) === 0 ? at.next : futexWake(state, me, generation, members, at.next))
  const count: Step = (state) => {
    add(state, sleepers, 1)
    return at.sleep
  }
  const sleep: Step = (state, me) => {
    // The futex word holds the broken bit too.
    if (get(state, broken) && mistake !== 'sleep without comparing') return at.uncount
    const expected = mistake === 'sleep without comparing' ? get(state, generation) : register(state, me, waitedOn)
    return futexWait(state, me, generation, expected, at.uncount)
  }
  const uncount: Step = (state) => {
    if (mistake !== 'count after sleeping') add(state, sleepers, -1)
    return at.look
  }
  const look: Step = (state, me) => {
    if (get(state, generation) > register(state, me, waitedOn)) return at.next
    if (get(state, broken)) return leave(state, me)
    const goOn = goTo(structuredClone(state), me, mistake === 'count after sleeping' ? at.sleep : at.count)
    const mayBreak = (timeout && me === 0) || anyDead(state)
    return mayBreak ? [goOn, goTo(breakIt(structuredClone(state)), me, at.breakWake)] : [goOn]
  }
  const next: Step = (state, me) => {
    if (get(state, brokeIn) === register(state, me, passed) + 1) throw new Error('a phase was both broken and passed')
    setRegister(state, me, passed, register(state, me, passed) + 1)
    return register(state, me, passed) === phases ? at.end : at.load
  }
  const breakWake: Step = (state, me) => {
    setRegister(state, me, outcome, 1)
    return get(state, sleepers) === 0 ? at.look : futexWake(state, me, generation, members, at.look)
  }
  const steps = [load, exchange, wake, count, sleep, uncount, look, next, breakWake]
  return {
    words: [0, 0, 0, 0, 0, ...new Array<number>(phases).fill(0)],
    programs: Array.from({ length: members }, () => steps),
    registers: 4,
    invariant: (state) => checkPhases(state, phases),
    finally: (state) => (!timeout && !deaths && get(state, broken) ? 'broken without a cause' : undefined),
    ...(deaths ? { bury: () => {} } : {}),
  }
}

function breakIt(state: State): State {
  if (get(state, broken)) return state
  set(state, broken, 1)
  set(state, brokeIn, get(state, generation) + 1)
  return state
}

function leave(state: State, me: number): number {
  setRegister(state, me, outcome, 1)
  return at.end
}

function goTo(state: State, me: number, pc: number): State {
  const member = state.members[me]
  if (member !== undefined) member.pc = pc
  return state
}

function checkPhases(state: State, phases: number): string | undefined {
  for (let phase = 0; phase < phases; phase++) if (get(state, elected + phase) > 1) return 'two were elected in one phase'
  const counts = state.members.filter(({ dead }) => !dead).map(({ registers }) => registers[passed] as number)
  return Math.max(...counts) - Math.min(...counts) > 1 ? 'one ran a phase ahead' : undefined
}
