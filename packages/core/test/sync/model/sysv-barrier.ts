import type { Protocol, State, Step } from './explore.js'
import { add, get, register, set, setRegister } from './words.js'

// The set: three counters, then as in the library.
const [phaseAt, partiesAt, brokenAt, joinedAt, presentAt] = [3, 4, 5, 6, 7]
// Registers: what was read; then, for the check, how many phases a member has passed, and how often it has come.
const [phase, parties, broken, joined, present, passed, came] = [0, 1, 2, 3, 4, 5, 6]
const gone = 99
const at = { join: 0, readPhase: 1, readParties: 2, arrive: 3, wait: 4, readFirst: 5, readSecond: 6, bury: 7, look: 8, end: 9 }

export interface SysvBarrierModel {
  /** How many meet, phase after phase. */
  members: number
  phases: number
  /** Beside them, one party that goes without ever having come. */
  leaver?: boolean
  /** Member 0 has no patience: it breaks the barrier and goes. */
  hasty?: boolean
  deaths?: boolean
  /** A mistake that the exploration has to find. */
  mistake?: 'arm by an old look' | 'compare two moments' | 'release what is broken'
}

/** `sysv-barrier.ts`, step by step: each array of operations is one step, each look another. */
export function sysvBarrierModel({ members, phases, leaver = false, hasty = false, deaths = false, mistake }: SysvBarrierModel): Protocol {
  const read =
    (word: number, into: number, next: number): Step =>
    (state, me) => {
      setRegister(state, me, into, get(state, word))
      return next
    }
  const pass = (state: State, me: number, to: number): number => {
    setRegister(state, me, passed, register(state, me, passed) + 1)
    return register(state, me, passed) === phases ? to : at.readPhase
  }
  /** The last one's array: releases, arms the counter before, moves on. */
  const release = (state: State, now: number, arm: number): void => {
    set(state, now, 0)
    add(state, (now + 2) % 3, arm)
    set(state, phaseAt, (now + 1) % 3)
  }
  const detach = (from: number, to: number): Step[] => [
    read(phaseAt, phase, from + 1),
    read(partiesAt, parties, from + 2),
    read(brokenAt, broken, from + 3),
    (state, me) => {
      const now = register(state, me, phase)
      const left = register(state, me, parties)
      const wasBroken = register(state, me, broken) > 0 && mistake !== 'release what is broken'
      const brokenSince = mistake !== 'release what is broken' && get(state, brokenAt) > 0 !== wasBroken
      if (brokenSince || get(state, partiesAt) !== left || (!wasBroken && (get(state, phaseAt) !== now || get(state, now) < 1))) return from
      add(state, partiesAt, -1)
      setRegister(state, me, came, gone)
      if (wasBroken) return to
      add(state, (now + 1) % 3, -1)
      if (get(state, now) === 1) release(state, now, left - 1)
      else add(state, now, -1)
      return to
    },
  ]
  const member = (me: number): Step[] => {
    const isHasty = hasty && me === 0
    const inOrder = mistake !== 'compare two moments'
    return [
      (state) => {
        add(state, joinedAt, 1)
        add(state, presentAt, 1)
        return at.readPhase
      },
      read(phaseAt, phase, at.readParties),
      read(partiesAt, parties, at.arrive),
      (state) => {
        const now = register(state, me, phase)
        if (get(state, brokenAt) > 0) return isHasty ? at.end : at.end + 4
        const same = mistake === 'arm by an old look' || get(state, partiesAt) === register(state, me, parties)
        if (!same || get(state, phaseAt) !== now || get(state, now) < 1) return at.readPhase
        setRegister(state, me, came, register(state, me, came) + 1)
        if (get(state, now) === 1) {
          release(state, now, register(state, me, parties))
          return pass(state, me, isHasty ? at.end : at.end + 4)
        }
        add(state, now, -1)
        return at.wait
      },
      (state) => (get(state, register(state, me, phase)) === 0 ? pass(state, me, isHasty ? at.end : at.end + 4) : at.readFirst),
      inOrder ? read(joinedAt, joined, at.readSecond) : read(presentAt, present, at.readSecond),
      (state) => {
        if (inOrder) setRegister(state, me, present, get(state, presentAt))
        else setRegister(state, me, joined, get(state, joinedAt))
        return register(state, me, present) < register(state, me, joined) || isHasty ? at.bury : at.look
      },
      (state) => {
        const now = register(state, me, phase)
        const moment = get(state, joinedAt) === register(state, me, joined) && get(state, presentAt) === register(state, me, present)
        if (get(state, brokenAt) > 0 || get(state, now) < 1 || (!isHasty && !moment && inOrder)) return at.look
        set(state, brokenAt, 1)
        return at.look
      },
      (state) => {
        if (get(state, brokenAt) === 0 || get(state, register(state, me, phase)) === 0) return at.wait
        return isHasty ? at.end : at.end + 4
      },
      ...detach(at.end, at.end + 4),
    ]
  }
  const leave = detach(0, 4)
  const all = members + (leaver ? 1 : 0)
  return {
    words: [all, all, 0, 0, all, 0, 0, 0],
    programs: [...Array.from({ length: members }, (_, me) => member(me)), ...(leaver ? [leave] : [])],
    registers: 7,
    invariant(state) {
      if (get(state, brokenAt) > 0 && !hasty && state.deaths === 0) return 'broken without a cause'
      const most = Math.max(...state.members.map(({ registers }) => registers[passed] as number))
      return state.members.some(({ registers }) => (registers[came] as number) < most) ? 'one passed before all had come' : undefined
    },
    ...(deaths ? { bury: (state, me) => (me < members && inSet(state, me) ? add(state, presentAt, -1) : undefined) } : {}),
    // One that dies before it has joined is known to nobody, and one that leaves is not waited for.
    mayDie: (state, me) => me < members && inSet(state, me),
  }
}

function inSet(state: State, me: number): boolean {
  return (state.members[me]?.pc ?? 0) > at.join
}
