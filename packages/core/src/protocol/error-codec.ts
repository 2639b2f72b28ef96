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

/** `canClone` says whether a property's value can travel; those that cannot are left out. */
export function encodeThrown(thrown: unknown, canClone: (value: unknown) => boolean, depth = 0): ThrownData {
  // A DOMException (an aborted signal's reason) is an Error, though not a native one.
  if (!types.isNativeError(thrown) && !(thrown instanceof Error))
    return { type: 'value', value: canClone(thrown) ? thrown : String(thrown) }
  const error: Error = thrown
  const encodeInner = (inner: unknown): ThrownData => encodeThrown(inner, canClone, depth + 1)
  const isDeep = depth === MAX_CAUSES
  const properties: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(error)) {
    if (key !== 'stack' && key !== 'message' && key !== 'cause' && canClone(value)) properties[key] = value
  }
  return {
    type: 'error',
    name: String(error.name),
    message: String(error.message),
    stack: String(error.stack),
    isShoal: error instanceof ShoalError,
    properties,
    cause: error.cause === undefined || isDeep ? undefined : encodeInner(error.cause),
    errors: error instanceof AggregateError && !isDeep ? error.errors.map(encodeInner) : undefined,
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
