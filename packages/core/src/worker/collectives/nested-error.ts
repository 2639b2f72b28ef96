import { ShoalError } from '../../errors/index.js'

/** For a call that would wait for ranks that wait for this one. */
export function nestedError(call: string, inside: string): ShoalError {
  return new ShoalError(
    'SHOAL_REGION_NESTED',
    `A rank called ${call} inside ${inside}, where it would wait for ranks that wait for it: call it after ${inside}`,
  )
}
