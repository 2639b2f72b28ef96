import { expectedType } from '../errors/index.js'
import { allocate, type IndexView } from '../memory/index.js'

/** A column of strings as numbers: `values[codes[i]]` is the string `i`. */
export interface Encoded {
  /** For each string the index of its value. */
  codes: IndexView
  /** Every value once, in the order in which each came first. */
  values: string[]
}

/**
 * Strings as numbers that algorithms work on: `values[codes[i]] === strings[i]`. The codes are shared memory, and fit as keys of `groupBy`.
 *
 * @throws TypeError for what is no string
 * @example const { codes, values } = encode(cities)
 */
export function encode(strings: Iterable<string>): Encoded {
  if (typeof strings !== 'object' || strings === null || !(Symbol.iterator in strings))
    throw expectedType('strings', 'an iterable of strings', strings)
  const all = Array.isArray(strings) ? (strings as readonly string[]) : [...strings]
  const codes = allocate(Uint32Array, all.length)
  const codeOf = new Map<string, number>()
  for (let i = 0; i < all.length; i++) {
    const string = all[i]!
    let code = codeOf.get(string)
    if (code === undefined) {
      if (typeof string !== 'string') throw expectedType(`strings[${i}]`, 'a string', string)
      code = codeOf.size
      codeOf.set(string, code)
    }
    codes[i] = code
  }
  return { codes, values: [...codeOf.keys()] }
}
