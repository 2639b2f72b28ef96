import { elementClaims } from './element-claims.js'
import { matrixClaims } from './matrix-claims.js'
import { orderClaims } from './order-claims.js'
import { reductionClaims } from './reduction-claims.js'
import type { Before, Subject } from './subject.js'

/** What an algorithm does, and whether that is right by a plain program. Where it throws, the outcome is the error's text. */
export interface Claim {
  /** Whether it says something about the subject. Default always. */
  applies?(subject: Subject): boolean
  call(before: Before, subject: Subject): unknown
  /** Of the outcome without a pool; with one it is to be the same. */
  holds(outcome: never, subject: Subject): boolean
}

export const claims: Readonly<Record<string, Claim>> = { ...reductionClaims, ...elementClaims, ...orderClaims, ...matrixClaims }
