import { types } from 'node:util'
import { expectedType, ShoalError } from '../errors/index.js'

/** Unshared arrays in the arguments of a region are copied to every worker: above this they should be shared once. */
const MAX_CLONE_BYTES = 1024 * 1024

/** @throws ShoalError `SHOAL_VALUE_TOO_LARGE` for a large array that is not shared, at the top or one level down. */
export function checkArgs(args: unknown, name = 'args'): readonly unknown[] {
  if (args === undefined) return []
  if (!Array.isArray(args)) throw expectedType(name, 'an array', args)
  for (const [index, arg] of args.entries()) {
    checkSize(`${name}[${index}]`, arg)
    if (typeof arg !== 'object' || arg === null || ArrayBuffer.isView(arg)) continue
    for (const key of Object.keys(arg)) checkSize(`${name}[${index}].${key}`, (arg as Record<string, unknown>)[key])
  }
  return args
}

function checkSize(name: string, value: unknown): void {
  if (!ArrayBuffer.isView(value) || value.byteLength <= MAX_CLONE_BYTES || types.isSharedArrayBuffer(value.buffer)) return
  throw new ShoalError(
    'SHOAL_VALUE_TOO_LARGE',
    `Expected shared memory for ${name} but received a ${value.constructor.name} of ${value.byteLength} bytes, which every worker would get a copy of: use share(), or allocate()`,
  )
}
