import { createAnonymous } from '@shoal/native'
import { backingOver } from './backing.js'
import { withRoom } from './collect.js'
import { type Segment, segmentOver } from './segment.js'
import { naming } from './segment-error.js'

/**
 * A new anonymous segment of which only little will ever be touched. What is not is no memory: the control groups are not asked for it, and the
 * collector does not start a run for it, as it would for so many bytes elsewhere.
 */
export function createSparse(byteLength: number): Segment {
  const facts = { kind: 'anonymous', access: 'readwrite', byteLength, creation: { persist: false } } as const
  return withRoom(() =>
    naming(`anonymous segment of ${byteLength} bytes`, () =>
      segmentOver(backingOver(createAnonymous(byteLength, { sparse: true }), facts)),
    ),
  )
}
