import { ShoalError } from '../errors/index.js'
import { Frame, Slot } from '../protocol/index.js'
import { Barrier } from '../sync/index.js'
import { RegionContext } from './context.js'
import type { Kernel } from './kernel-cache.js'
import { refusePromise } from './refuse-promise.js'
import type { Region } from './region.js'
import type { RegionPart } from './region-part.js'

/** One rank's call of an `spmd` kernel. A rank that throws breaks the barrier, so that nobody waits for it. */
export function spmdPart(region: Region, kernel: Kernel, args: readonly unknown[]): RegionPart {
  return {
    work() {
      const barrier = Barrier.attach(region.words, region.base + Slot.barrier)
      try {
        region.bring(Frame.value, 0, region.entry, refusePromise(kernel(new RegionContext(region, barrier), ...args)))
      } catch (error) {
        // What the others' failure did to this rank is no news.
        if (!(error instanceof ShoalError && error.code === 'SHOAL_REGION_ABORTED')) region.fail(region.entry, error)
      }
      // A rank that waits at a barrier which this one will never reach must be told. One that has just been let through is not disturbed.
      barrier.break(region.entry, 'failure')
    },
  }
}
