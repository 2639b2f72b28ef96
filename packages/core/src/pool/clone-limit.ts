import { types } from 'node:util'
import { expectedType, ShoalError } from '../errors/index.js'

/** Unshared arrays in the arguments of a region are copied to every worker: above this they should be shared once. */
const MAX_CLONE_BYTES = 1024 * 1024

/** How many objects inside of one argument are looked into, outer ones first: a call must not take as long as what it is given is large. */
const MOST_OBJECTS = 1000

/** @throws ShoalError `SHOAL_VALUE_TOO_LARGE` for a large array that is not shared, at any depth. */
export function checkArgs(args: unknown, name = 'args'): readonly unknown[] {
  if (args === undefined) return []
  if (!Array.isArray(args)) throw expectedType(name, 'an array', args)
  for (const [index, arg] of args.entries()) {
    if (typeof arg !== 'object' || arg === null) continue
    checkSize(`${name}[${index}]`, arg)
    if (!ArrayBuffer.isView(arg)) checkInside(`${name}[${index}]`, arg)
  }
  return args
}

/** What holds itself is looked into until there were enough. */
function checkInside(name: string, value: object): void {
  const objects: [name: string, value: object][] = [[name, value]]
  for (const [outer, object] of objects) {
    for (const [key, inner] of entriesOf(object)) {
      if (typeof inner !== 'object' || inner === null) continue
      if (ArrayBuffer.isView(inner)) checkSize(`${outer}.${key}`, inner)
      else if (objects.length < MOST_OBJECTS) objects.push([`${outer}.${key}`, inner])
    }
  }
}

/** Keys of maps may be anything, so that their values are told by number. */
function entriesOf(object: object): [key: string, value: unknown][] {
  return Object.entries(object instanceof Map || object instanceof Set ? [...object.values()] : object)
}

function checkSize(name: string, value: unknown): void {
  if (!ArrayBuffer.isView(value) || value.byteLength <= MAX_CLONE_BYTES || types.isSharedArrayBuffer(value.buffer)) return
  throw new ShoalError(
    'SHOAL_VALUE_TOO_LARGE',
    `Expected shared memory for ${name} but received a ${value.constructor.name} of ${value.byteLength} bytes, which every worker would get a copy of: use share(), or allocate()`,
  )
}
