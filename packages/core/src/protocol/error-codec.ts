import { types } from 'node:util'
import { ShoalError, type ShoalErrorCode } from '../errors/index.js'

/**
 * A thrown value as plain data. Structured clone alone drops the name, the code and every own property of an error, on causes too.
 */
export type ThrownData =
  | { readonly type: 'value'; readonly value: unknown }
  | {
      readonly type: 'error'
      readonly name: string
      readonly message: string
      readonly stack: string
      readonly isShoal: boolean
      readonly properties: Readonly<Record<string, unknown>>
      readonly cause: ThrownData | undefined
      /** Of an `AggregateError`, whose own ones are hidden. */
      readonly errors: readonly ThrownData[] | undefined
    }

const BUILT_IN: Readonly<Record<string, ErrorConstructor>> = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError }
const MAX_CAUSES = 16
/** Errors that hold each other more than once would multiply at each level. */
const MAX_ERRORS = 1000

/**
 * `canClone` says whether a property's value can travel; those that cannot are left out. Never throws: what can not even be looked at (a proxy
 * whose traps throw, a getter of a message) is told of in its place.
 */
export function encodeThrown(thrown: unknown, canClone: (value: unknown) => boolean): ThrownData {
  try {
    return new ThrownEncoder(canClone).encode(thrown)
  } catch (trap) {
    const reason = textOf(() => (trap as Error).message)
    return new ThrownEncoder(canClone).encode(new TypeError(`Something was thrown that throws when it is looked at: ${reason}`))
  }
}

class ThrownEncoder {
  readonly #canClone: (value: unknown) => boolean
  #left = MAX_ERRORS

  constructor(canClone: (value: unknown) => boolean) {
    this.#canClone = canClone
  }

  encode(thrown: unknown, depth = 0): ThrownData {
    this.#left--
    // A DOMException (an aborted signal's reason) is an Error, though not a native one.
    if (!types.isNativeError(thrown) && !(thrown instanceof Error)) {
      return { type: 'value', value: this.#canClone(thrown) ? thrown : textOf(() => thrown) }
    }
    const error: Error = thrown
    const { cause } = error
    const errors: unknown = error instanceof AggregateError ? error.errors : undefined
    const isDeep = depth === MAX_CAUSES
    return {
      type: 'error',
      name: textOf(() => error.name),
      message: textOf(() => error.message),
      stack: textOf(() => error.stack),
      isShoal: error instanceof ShoalError,
      properties: this.#propertiesOf(error),
      cause: cause === undefined || isDeep ? undefined : this.#encodeInner(cause, depth),
      errors: Array.isArray(errors) ? (isDeep ? [] : errors.flatMap((inner) => this.#encodeInner(inner, depth) ?? [])) : undefined,
    }
  }

  #encodeInner(inner: unknown, depth: number): ThrownData | undefined {
    return this.#left > 0 ? this.encode(inner, depth + 1) : undefined
  }

  #propertiesOf(error: Error): Record<string, unknown> {
    const properties: Record<string, unknown> = {}
    for (const key of Object.keys(error)) {
      if (key === 'stack' || key === 'message' || key === 'cause') continue
      try {
        const value = (error as unknown as Record<string, unknown>)[key]
        if (this.#canClone(value)) properties[key] = value
      } catch {
        // A getter that throws: the other properties may say enough.
      }
    }
    return properties
  }
}

/** Whatever stands where there should be a text: symbols too, and what can not be made one. */
function textOf(read: () => unknown): string {
  try {
    return String(read())
  } catch {
    return 'something that is no text'
  }
}

/** The error as it was thrown: name, message, code, own properties and built-in class; the stack of the worker becomes `workerStack`. */
export function decodeThrown(data: ThrownData): unknown {
  if (data.type === 'value') return data.value
  const error = data.isShoal
    ? new ShoalError(data.properties.code as ShoalErrorCode, data.message)
    : data.errors !== undefined
      ? new AggregateError([], data.message)
      : new (BUILT_IN[data.name] ?? Error)(data.message)
  if (error.name !== data.name) defineHidden(error, 'name', data.name)
  Object.assign(error, data.properties)
  // Where it was decoded says nothing; where it was thrown does.
  error.stack = data.stack
  defineHidden(error, 'workerStack', data.stack)
  if (data.cause !== undefined) defineHidden(error, 'cause', decodeThrown(data.cause))
  if (data.errors !== undefined) defineHidden(error, 'errors', data.errors.map(decodeThrown))
  return error
}

/** As the built-in properties of errors are: not enumerable. */
function defineHidden(error: Error, name: string, value: unknown): void {
  Object.defineProperty(error, name, { value, writable: true, configurable: true })
}
