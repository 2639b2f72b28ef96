import { ShoalError } from '../errors/index.js'

/** `SHOAL_<SUBJECT>_TIMEOUT`: a wait was over before what it waited for came. */
export function timeoutError(subject: string, timeoutMs: number | undefined): ShoalError {
  return new ShoalError(
    `SHOAL_${subject.toUpperCase()}_TIMEOUT`,
    `Waited for a ${subject.toLowerCase()} for ${timeoutMs} ms (timeoutMs) in vain: try again, or look at who holds it back`,
  )
}
