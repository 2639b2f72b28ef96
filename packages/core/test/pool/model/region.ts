import type { Protocol, State, Step } from '../../sync/model/explore.js'

/** Mistakes that the model finds: each is how the code once was, or might have been. */
export type Mistake =
  | 'forget who left and did not complete'
  | 'claim without saying so'
  | 'no sweep'
  | 'post before the dead has left'
  | 'count the entries once'
  | 'use the slot again when the region is done'

export interface RegionModelOptions {
  readonly ranks: number
  readonly chunks: number
  readonly deaths: number
  readonly mistake?: Mistake
}

const OPEN = 0
const JOINING = 1
const COMPLETING = 16
const CLAIMING = 1
const INSIDE = 1
const LEFT = 2
const OUT = 3

/** Words of an entry. */
const fields = ['posted', 'presence', 'claim', 'runs', 'void', 'redone', 'brought', 'dead', 'handled'] as const
type Field = (typeof fields)[number]

/** A rank's own memory, lost when it dies. */
const CURRENT = 0
const WORKED = 1
const LOOKED = 2
const COUNTED = 3

/**
 * A region of idempotent chunks with partials, as pool/README.md has it, claims of one chunk each. Member 0 is the parent, the others are
 * ranks with an entry each; the last ones wait until the parent lets them in. Sets of chunks are bits of a word.
 */
export function regionModel({ ranks, chunks, deaths, mistake }: RegionModelOptions): Protocol {
  const entries = ranks + deaths
  const [phase, counter, sweep, count, result, ends, doneBy, reused, disturbed] = [0, 1, 2, 3, 4, 5, 6, 7, 8]
  const at = (entry: number, field: Field): number => 9 + entry * fields.length + fields.indexOf(field)
  const get = (state: State, entry: number, field: Field): number => state.words[at(entry, field)]!
  const set = (state: State, entry: number, field: Field, value: number): void => {
    state.words[at(entry, field)] = value
  }
  const reg = (state: State, me: number, register: number): number => state.members[me]!.registers[register]!
  const setReg = (state: State, me: number, register: number, value: number): void => {
    state.members[me]!.registers[register] = value
  }
  const all = Array.from({ length: entries }, (_, entry) => entry)

  const s = {
    enter: 0,
    claim: 1,
    add: 2,
    record: 3,
    work: 4,
    redo: 5,
    bring: 6,
    leave: 7,
    count: 8,
    look: 9,
    take: 10,
    again: 11,
    sweep: 12,
    combine: 13,
    out: 14,
    back: 15,
    swept: 16,
    end: 17,
  }

  const rank = (entry: number): Step[] => {
    const steps: Step[] = []
    steps[s.enter] = (state) => (get(state, entry, 'posted') === 1 ? s.claim : state.words[doneBy] !== 0 ? s.end : undefined)
    steps[s.claim] = (state) => {
      if (mistake !== 'claim without saying so') set(state, entry, 'claim', CLAIMING)
      return s.add
    }
    steps[s.add] = (state, me) => {
      const chunk = state.words[counter]!
      if (chunk >= chunks) return s.redo
      state.words[counter]!++
      setReg(state, me, CURRENT, chunk)
      return s.record
    }
    steps[s.record] = (state, me) => {
      set(state, entry, 'runs', get(state, entry, 'runs') | (1 << reg(state, me, CURRENT)))
      set(state, entry, 'claim', 0)
      return s.work
    }
    steps[s.work] = (state, me) => {
      setReg(state, me, WORKED, reg(state, me, WORKED) | (1 << reg(state, me, CURRENT)))
      return s.claim
    }
    // Taking a run of the dead and recording it are two steps; a death in between is a claim without a record.
    steps[s.redo] = (state, me) => {
      for (const dead of all) {
        const left = get(state, dead, 'void') === 1 ? get(state, dead, 'runs') & ~get(state, dead, 'redone') : 0
        if (left === 0) continue
        const chunk = 31 - Math.clz32(left & -left)
        set(state, dead, 'redone', get(state, dead, 'redone') | (1 << chunk))
        setReg(state, me, CURRENT, chunk)
        return s.record
      }
      set(state, entry, 'claim', 0)
      return s.bring
    }
    steps[s.bring] = (state, me) => {
      set(state, entry, 'brought', reg(state, me, WORKED))
      return s.leave
    }
    steps[s.leave] = (state) => {
      set(state, entry, 'presence', LEFT)
      return s.count
    }
    steps[s.count] = (state, me) => {
      setReg(state, me, COUNTED, state.words[count]!)
      setReg(state, me, LOOKED, 0)
      return s.look
    }
    // At one entry a step: not at all at one moment.
    steps[s.look] = (state, me) => {
      const other = reg(state, me, LOOKED)
      if (other === reg(state, me, COUNTED)) return s.take
      if (get(state, other, 'presence') === INSIDE) return s.out
      setReg(state, me, LOOKED, other + 1)
      return s.look
    }
    steps[s.take] = (state) => {
      const seen = state.words[phase]!
      if (seen === JOINING) return s.count
      if (seen !== OPEN) return s.out
      state.words[phase] = COMPLETING + entry
      return s.again
    }
    steps[s.again] = (state, me) =>
      state.words[count] === reg(state, me, COUNTED) || mistake === 'count the entries once' ? s.sweep : s.back
    steps[s.sweep] = (state) => {
      if (state.words[sweep] === 0 || mistake === 'no sweep') return s.combine
      let covered = 0
      for (const other of all) covered |= get(state, other, 'void') === 1 ? 0 : get(state, other, 'runs')
      for (let chunk = 0; chunk < state.words[counter]!; chunk++) {
        if ((covered & (1 << chunk)) !== 0) continue
        set(state, entry, 'runs', get(state, entry, 'runs') | (1 << chunk))
        return s.swept
      }
      return s.combine
    }
    steps[s.combine] = (state) => {
      let [sum, twice] = [0, 0]
      for (const other of all) {
        if (get(state, other, 'void') === 1) continue
        twice |= sum & get(state, other, 'brought')
        sum |= get(state, other, 'brought')
      }
      state.words[result] = twice === 0 ? sum : -1
      state.words[doneBy] = entry + 1
      state.words[ends]!++
      return s.end
    }
    steps[s.out] = (state) => {
      set(state, entry, 'presence', OUT)
      return s.end
    }
    // Nobody else will: the phase is given back, and looked at again.
    steps[s.back] = (state) => {
      state.words[phase] = OPEN
      return s.count
    }
    steps[s.swept] = (state) => {
      set(state, entry, 'brought', get(state, entry, 'runs'))
      return s.sweep
    }
    return steps.map((step) => (state, me) => {
      const before = state.words[reused] === 1 ? String(state.words) : undefined
      const next = step(state, me)
      if (before !== undefined && before !== String(state.words)) state.words[disturbed] = 1
      return next
    })
  }

  const p = { watch: 0, giveUp: 1, join: 2, enter: 3, open: 4, post: 5, reuse: 6, end: 7 }
  const parent: Step[] = []
  parent[p.watch] = (state, me) => {
    if (state.words[doneBy] !== 0) return p.reuse
    for (const entry of all) {
      if (get(state, entry, 'dead') === 0 || get(state, entry, 'handled') === 1) continue
      setReg(state, me, CURRENT, entry)
      return p.giveUp
    }
    return undefined
  }
  parent[p.giveUp] = (state, me) => {
    const dead = reg(state, me, CURRENT)
    set(state, dead, 'handled', 1)
    const wasCompleting = state.words[phase] === COMPLETING + dead
    if (get(state, dead, 'presence') !== INSIDE) {
      if (state.words[doneBy] !== 0 || mistake === 'forget who left and did not complete') return p.watch
      if (wasCompleting) state.words[phase] = OPEN
      else if (all.some((entry) => get(state, entry, 'presence') === INSIDE)) return p.watch
      if (!wasCompleting || state.words[sweep] === 0) return p.join
    }
    if (get(state, dead, 'claim') === CLAIMING) state.words[sweep] = 1
    set(state, dead, 'void', 1)
    return p.join
  }
  // Tries until it wins or there is nothing left to win.
  parent[p.join] = (state) => {
    if (state.words[doneBy] !== 0) return p.watch
    if (state.words[phase] !== OPEN)
      return all.some(
        (entry) => state.words[phase] === COMPLETING + entry && get(state, entry, 'dead') === 1 && get(state, entry, 'handled') === 0,
      )
        ? p.watch
        : undefined
    state.words[phase] = JOINING
    return p.enter
  }
  parent[p.enter] = (state) => {
    const entry = state.words[count]!
    set(state, entry, 'presence', INSIDE)
    state.words[count]!++
    if (mistake === 'post before the dead has left') set(state, entry, 'posted', 1)
    return p.open
  }
  parent[p.open] = (state) => {
    for (const entry of all) if (get(state, entry, 'handled') === 1) set(state, entry, 'presence', LEFT)
    state.words[phase] = OPEN
    return p.post
  }
  parent[p.post] = (state) => {
    set(state, state.words[count]! - 1, 'posted', 1)
    return p.watch
  }
  parent[p.reuse] = (state) => {
    const isOut = (entry: number): boolean => {
      const hasLeft = get(state, entry, 'presence') === OUT || state.words[doneBy] === entry + 1
      return get(state, entry, 'posted') === 0 || hasLeft || get(state, entry, 'dead') === 1
    }
    if (!all.every(isOut) && mistake !== 'use the slot again when the region is done') return undefined
    state.words[reused] = 1
    return p.end
  }

  const words = new Array<number>(9 + entries * fields.length).fill(0)
  words[count] = ranks
  for (let entry = 0; entry < ranks; entry++) {
    words[at(entry, 'presence')] = INSIDE
    words[at(entry, 'posted')] = 1
  }
  return {
    words,
    programs: [parent, ...all.map(rank)],
    registers: 4,
    deaths,
    mayDie: (state, me) => me > 0 && get(state, me - 1, 'posted') === 1,
    bury: (state, me) => set(state, me - 1, 'dead', 1),
    invariant: (state) => {
      if (state.words[ends]! > 1) return 'completed twice'
      if (state.words[disturbed] !== 0) return 'a rank stored into the next region'
      if (state.words[doneBy] !== 0 && state.words[result] !== 2 ** chunks - 1)
        return `the result is that of chunks ${state.words[result]!.toString(2)}`
      return undefined
    },
  }
}
