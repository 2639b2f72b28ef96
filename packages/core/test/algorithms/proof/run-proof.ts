import type { Pool, ViewConstructor } from '@shoal/core'
import * as assert from 'uvu/assert'
import { isSame } from '../support/same-bits.js'
import { type Claim, claims } from './claims.js'
import { type Before, Subject } from './subject.js'

export interface ProofOptions {
  readonly type: ViewConstructor
  readonly length: number
  readonly distribution: string
  readonly pools: readonly Pool[]
}

/**
 * Every algorithm, of one view: without a pool it gives what a plain program says, and with each of the pools the same bits. The number of
 * calls.
 */
export async function prove({ type, length, distribution, pools }: ProofOptions): Promise<number> {
  const subject = new Subject(type, length, distribution)
  let calls = 0
  for (const [name, claim] of Object.entries(claims)) {
    if (claim.applies?.(subject) === false) continue
    const alone = await outcomeOf(claim, [], subject)
    assert.ok(claim.holds(alone as never, subject), `${name}, ${subject.title}: not what a plain program gives: ${shown(alone)}`)
    for (const pool of pools) {
      const outcome = await outcomeOf(claim, [pool], subject)
      calls++
      const title = `${name}, ${subject.title}, ${pool.size} ${pool.backend}`
      assert.ok(isSame(outcome, alone), `${title}: ${shown(outcome)}, without a pool ${shown(alone)}`)
    }
  }
  return calls
}

async function outcomeOf({ call }: Claim, before: Before, subject: Subject): Promise<unknown> {
  try {
    return await call(before, subject)
  } catch (error) {
    return String(error)
  }
}

function shown(outcome: unknown): string {
  return ArrayBuffer.isView(outcome) ? `[${(outcome as Float64Array).subarray(0, 10)} …]` : String(outcome)
}

/** None, few, as many as there are workers, primes, and around the chunks of a region. */
export function provenLengths(type: ViewConstructor): readonly number[] {
  const chunk = (256 * 1024) / type.BYTES_PER_ELEMENT
  return [0, 1, 2, 3, 4, 97, 7919, chunk - 1, chunk, chunk + 1, 100_003, 2 * chunk + 1021, 524_287]
}
