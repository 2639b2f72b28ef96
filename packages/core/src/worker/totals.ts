import { Header } from '../protocol/index.js'
import type { Member } from './member.js'

/** Whether the pool records times. */
export function isTimed({ control }: Member): boolean {
  return control.words[Header.timing] !== 0
}

/** Where the words of a rank begin, its totals among them. */
export function totals({ control, rank }: Member): number {
  return control.layout.rank(rank)
}
