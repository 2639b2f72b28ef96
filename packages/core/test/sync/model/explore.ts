/** All that there is at one moment: shared words, and where each member is. Small integers only, so that equal states have equal text. */
export interface State {
  readonly words: number[]
  readonly members: { pc: number; readonly registers: number[]; sleepsOn: number; dead: boolean; done: boolean }[]
  deaths: number
}

/**
 * One atomic step of a member, on a state that it may change. Returns where it goes on; several states where chance decides; undefined
 * where it cannot take the step now.
 */
export type Step = (state: State, me: number) => number | State[] | undefined

export interface Protocol {
  readonly words: readonly number[]
  /** Steps by program counter, one list a member. The counter past the end is done. */
  readonly programs: readonly (readonly Step[])[]
  readonly registers: number
  /** What must hold in every state; a sentence where it does not. */
  invariant?(state: State): string | undefined
  /** What must hold when every member is done or dead. */
  finally?(state: State): string | undefined
  /** What the kernel does at the death of a member. Without it no member dies. */
  bury?(state: State, me: number): void
  /** How many die, at most: 1 if this is left out. */
  readonly deaths?: number
  /** Who may die now: everybody if this is left out. */
  mayDie?(state: State, me: number): boolean
}

/**
 * Tries all interleavings, and the death of a member before every step. A sleeper wakes by a wake alone; only where a member has died
 * its slices end too.
 *
 * @returns how many states there are.
 * @throws Error with a shortest history, when an invariant fails or when some state leads to no end: a deadlock, or a wake-up lost.
 */
export function explore(protocol: Protocol): number {
  const initial: State = {
    words: [...protocol.words],
    members: protocol.programs.map(() => ({
      pc: 0,
      registers: new Array<number>(protocol.registers).fill(0),
      sleepsOn: -1,
      dead: false,
      done: false,
    })),
    deaths: 0,
  }
  const found = new Map<string, { state: State; from: string | undefined; by: string }>()
  const before = new Map<string, string[]>()
  const ends: string[] = []
  const keyOf = (state: State) => JSON.stringify(state)
  const history = (key: string): string => {
    const lines: string[] = []
    for (let at: string | undefined = key; at !== undefined; at = found.get(at)?.from) lines.unshift(`${found.get(at)?.by ?? ''} ${at}`)
    return lines.join('\n')
  }
  const queue = [keyOf(initial)]
  found.set(keyOf(initial), { state: initial, from: undefined, by: '' })
  for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
    const { state } = found.get(key) as { state: State }
    const ended = state.members.every(({ done, dead }) => done || dead)
    const wrong = protocol.invariant?.(state) ?? (ended ? protocol.finally?.(state) : undefined)
    if (wrong !== undefined) throw new Error(`${wrong}:\n${history(key)}`)
    if (ended) ends.push(key)
    for (const [by, next] of successors(protocol, state)) {
      const nextKey = keyOf(next)
      // A death that might come is no way out.
      if (next.deaths === state.deaths) before.set(nextKey, [...(before.get(nextKey) ?? []), key])
      if (found.has(nextKey)) continue
      found.set(nextKey, { state: next, from: key, by })
      queue.push(nextKey)
    }
  }
  const hopeful = new Set<string>()
  for (let key = ends.pop(); key !== undefined; key = ends.pop()) {
    if (hopeful.has(key)) continue
    hopeful.add(key)
    ends.push(...(before.get(key) ?? []))
  }
  for (const key of found.keys()) if (!hopeful.has(key)) throw new Error(`no way to the end:\n${history(key)}`)
  return found.size
}

function* successors(protocol: Protocol, state: State): Generator<[by: string, next: State]> {
  for (const [me, member] of state.members.entries()) {
    if (member.dead || member.done) continue
    if (member.sleepsOn >= 0) {
      if (state.deaths > 0) yield [`${me} slice`, changed(state, (next) => awake(next, me))]
    } else {
      const step = protocol.programs[me]?.[member.pc] as Step
      const next = structuredClone(state)
      const outcome = step(next, me)
      if (typeof outcome === 'number') yield [`${me} step`, arrived(protocol, next, me, outcome)]
      else for (const each of outcome ?? []) yield [`${me} step`, each]
    }
    if (protocol.bury !== undefined && state.deaths < (protocol.deaths ?? 1) && (protocol.mayDie?.(state, me) ?? true)) {
      yield [
        `${me} dies`,
        changed(state, (next) => {
          next.deaths++
          Object.assign(next.members[me] as object, { dead: true, sleepsOn: -1 })
          protocol.bury?.(next, me)
        }),
      ]
    }
  }
}

function arrived(protocol: Protocol, state: State, me: number, pc: number): State {
  const member = state.members[me] as State['members'][number]
  member.pc = pc
  member.done = pc >= (protocol.programs[me]?.length ?? 0)
  return state
}

function changed(state: State, change: (next: State) => void): State {
  const next = structuredClone(state)
  change(next)
  return next
}

// A sleeper's counter is where it goes on already.
function awake(state: State, me: number): void {
  ;(state.members[me] as State['members'][number]).sleepsOn = -1
}

/** `futex(FUTEX_WAIT)`: compares and sleeps in one step; goes on at `pc` in any case. */
export function futexWait(state: State, me: number, word: number, expected: number, pc: number): number {
  if (state.words[word] === expected) (state.members[me] as State['members'][number]).sleepsOn = word
  return pc
}

/** `futex(FUTEX_WAKE)`: any `count` of the sleepers. `me` goes on at `pc`. */
export function futexWake(state: State, me: number, word: number, count: number, pc: number): State[] {
  const sleepers = state.members.flatMap((member, index) => (member.sleepsOn === word ? [index] : []))
  return choices(sleepers, Math.min(count, sleepers.length)).map((chosen) =>
    changed(state, (next) => {
      for (const sleeper of chosen) awake(next, sleeper)
      ;(next.members[me] as State['members'][number]).pc = pc
    }),
  )
}

function choices(of: number[], count: number): number[][] {
  if (count === 0) return [[]]
  return of.flatMap((first, index) => choices(of.slice(index + 1), count - 1).map((rest) => [first, ...rest]))
}
