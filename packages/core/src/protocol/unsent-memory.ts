import { ShoalError } from '../errors/index.js'

/** For a value that a kernel has made, and that refers to a segment which who reads it does not have. */
export function unsentMemory(): ShoalError {
  return new ShoalError(
    'SHOAL_VALUE_UNCLONEABLE',
    'A kernel returned, or gave to the other ranks, memory that its call was not given and that they do not have: pass it in args instead',
  )
}
