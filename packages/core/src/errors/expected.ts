import { inspect } from 'node:util'
import { otherCopies } from './copies.js'

/** Stands for what was received, where words say more than the value itself. */
export class InWords {
  readonly words: string

  constructor(words: string) {
    this.words = words
  }
}

function describe(value: unknown): string {
  if (value instanceof InWords) return value.words
  const options = { depth: 0, breakLength: Number.POSITIVE_INFINITY, compact: true, maxStringLength: 80, maxArrayLength: 8 }
  // Only what holds an error has more lines than one: those of its stack.
  const text = inspect(value, options).replace(/\n.*/s, ' …')
  return value === null || value === undefined ? text : `${text} of type ${typeof value}`
}

/** TypeError in the one sentence that all misuse gets: "Expected X for name but received Y". */
export function expectedType(name: string, expected: string, received: unknown): TypeError {
  const isMade = (typeof received === 'object' && received !== null) || typeof received === 'function'
  return new TypeError(`Expected ${expected} for ${name} but received ${describe(received)}${isMade ? otherCopies() : ''}`)
}

/** The same sentence for a value of the right type outside its range. */
export function expectedRange(name: string, expected: string, received: unknown): RangeError {
  return new RangeError(`Expected ${expected} for ${name} but received ${describe(received)}`)
}
