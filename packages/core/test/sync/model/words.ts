import type { State } from './explore.js'

/** A word's value; words that a protocol does not have are no numbers. */
export function get(state: State, word: number): number {
  return state.words[word] as number
}

export function set(state: State, word: number, value: number): void {
  state.words[word] = value
}

export function add(state: State, word: number, change: number): number {
  const old = get(state, word)
  state.words[word] = old + change
  return old
}

export function register(state: State, me: number, index: number): number {
  return state.members[me]?.registers[index] as number
}

export function setRegister(state: State, me: number, index: number, value: number): void {
  const registers = state.members[me]?.registers
  if (registers !== undefined) registers[index] = value
}

export function anyDead(state: State): boolean {
  return state.members.some(({ dead }) => dead)
}

/** A robust mutex as the C library and the kernel give it: 0 free, −1 its owner died, else the owner + 1. */
export function lock(state: State, me: number, word: number): 'locked' | 'died' | 'busy' {
  const owner = get(state, word)
  if (owner > 0) return 'busy'
  set(state, word, me + 1)
  return owner < 0 ? 'died' : 'locked'
}

/** What the kernel does with the mutexes of a thread that ends. */
export function markDead(state: State, me: number, words: readonly number[]): void {
  for (const word of words) if (get(state, word) === me + 1) set(state, word, -1)
}
