import { types } from 'node:util'
import { expectedType } from '../errors/index.js'

/**
 * What a synchronous function has returned.
 *
 * @throws TypeError for a promise: the function is still running, without what it was to be guarded by.
 */
export function refusePromise<T>(result: T, name: string): T {
  if (!types.isPromise(result)) return result
  // Nobody else will hear of its failure.
  result.catch(() => {})
  throw expectedType(name, 'a synchronous function', result)
}
