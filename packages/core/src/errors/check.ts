import { expectedType } from './expected.js'

/** What every room asks of options: what is left out is no mistake, everything else is of its kind. */
export function checkOptions(options: unknown): void {
  if (options !== undefined) requireOptions(options)
}

/** Of options that have to be there, or have a default; of other objects by their `name`. A list is none. */
export function requireOptions(options: unknown, name = 'options', expected = 'an object'): asserts options is object {
  const isList = Array.isArray(options) || ArrayBuffer.isView(options)
  if (typeof options !== 'object' || options === null || isList) throw expectedType(name, expected, options)
}

/** @throws TypeError for what is no signal; whether it is aborted is another question. */
export function checkAbortSignal(signal: unknown): asserts signal is AbortSignal | undefined {
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw expectedType('signal', 'an AbortSignal', signal)
}

/** @throws TypeError for what is neither true nor false: `'no'` would count as true. */
export function checkBoolean(name: string, flag: unknown): asserts flag is boolean | undefined {
  if (flag !== undefined && typeof flag !== 'boolean') throw expectedType(name, 'true or false', flag)
}

/** @throws TypeError for what can not be called, before anything has been begun for it. */
export function checkFunction(name: string, fn: unknown): void {
  if (typeof fn !== 'function') throw expectedType(name, 'a function', fn)
}
