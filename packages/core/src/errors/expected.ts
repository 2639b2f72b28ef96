import { inspect } from 'node:util'

function describe(value: unknown): string {
  const options = { depth: 0, breakLength: Number.POSITIVE_INFINITY, compact: true, maxStringLength: 80, maxArrayLength: 8 }
  // Only what holds an error has more lines than one: those of its stack.
  const text = inspect(value, options).replace(/\n.*/s, ' …')
  return value === null || value === undefined ? text : `${text} of type ${typeof value}`
}

/** TypeError in the one sentence that all misuse gets: "Expected X for name but received Y". */
export function expectedType(name: string, expected: string, received: unknown): TypeError {
  return new TypeError(`Expected ${expected} for ${name} but received ${describe(received)}`)
}

/** The same sentence for a value of the right type outside its range. */
export function expectedRange(name: string, expected: string, received: unknown): RangeError {
  return new RangeError(`Expected ${expected} for ${name} but received ${describe(received)}`)
}
