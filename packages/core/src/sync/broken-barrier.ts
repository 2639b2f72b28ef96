import { ShoalError } from '../errors/index.js'

/** Why a barrier broke. The order is part of the layout. */
export const breakReasons = ['timeout', 'death', 'cancelled', 'failure'] as const
/** Why a barrier is broken. */
export type BreakReason = (typeof breakReasons)[number]

/** Who broke a barrier, −1 where that is not known, and why. */
export interface BrokenBarrier {
  readonly rank: number
  readonly reason: BreakReason
}

const verbs: Record<BreakReason, string> = { timeout: 'timed out', death: 'died', cancelled: 'was cancelled', failure: 'failed' }

/** `SHOAL_BARRIER_BROKEN`; without `broken`, for a barrier that is whole again. */
export function brokenBarrierError(broken: BrokenBarrier | undefined): ShoalError {
  if (broken === undefined) {
    return new ShoalError('SHOAL_BARRIER_BROKEN', 'The barrier was broken or reset while this member waited: wait again')
  }
  const who = broken.rank < 0 ? 'a member' : `rank ${broken.rank}`
  return new ShoalError('SHOAL_BARRIER_BROKEN', `The barrier is broken: ${who} ${verbs[broken.reason]}. reset() makes it whole again`, {
    ...(broken.rank < 0 ? {} : { rank: broken.rank }),
  })
}
