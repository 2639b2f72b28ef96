import { ShoalError } from '../errors/index.js'
import { Frame, Slot } from '../protocol/index.js'
import { Barrier } from '../sync/index.js'
import { RegionContext } from './context.js'
import type { Kernel } from './kernel-cache.js'
import { refusePromise } from './refuse-promise.js'
import type { Region } from './region.js'

/** One rank's call of an `spmd` kernel. A rank that throws breaks the barrier, so that nobody waits for it. */
export function runSpmd(region: Region, kernel: Kernel, args: readonly unknown[]): void {
  const { seat } = region
  const barrier = Barrier.attach(region.words, region.base + Slot.barrier)
  try {
    const value = refusePromise(kernel(new RegionContext(region, barrier), ...args))
    region.bring(Frame.value, 0, seat, value)
  } catch (error) {
    // What the others' failure did to this rank is no news.
    if (!(error instanceof ShoalError && error.code === 'SHOAL_REGION_ABORTED')) region.fail(seat, error)
    barrier.break(seat, 'failure')
    return
  }
  // A rank that waits at a barrier which this one will never reach must be told. One that has just been let through is not disturbed.
  barrier.break(seat, 'failure')
}
