import { ShoalError } from '../errors/index.js'
import { Frame } from '../protocol/index.js'
import { Barrier } from '../sync/index.js'
import { RegionContext } from './context.js'
import type { Kernel } from './kernel-cache.js'
import { refusePromise } from './refuse-promise.js'
import type { Region } from './region.js'
import type { RegionPart } from './region-part.js'

/**
 * A rank's calls of an `spmd` kernel, one a region. A rank that throws or returns breaks the barrier, so that nobody waits for it; one that
 * has just been let through is not disturbed.
 */
export class SpmdPart implements RegionPart {
  readonly #kernel: Kernel

  /** `kernel` takes the context alone. */
  constructor(kernel: Kernel) {
    this.#kernel = kernel
  }

  work(region: Region): void {
    const { seat } = region
    const barrier = region.control.barrier(region.slot, region.width, Barrier)
    const context = new RegionContext(region, barrier)
    try {
      const kernel = this.#kernel
      const value = refusePromise(kernel(context))
      // Nothing is what a rank has returned that has brought nothing.
      if (typeof value === 'number') region.log.bringNumber(seat, value)
      else if (value !== undefined) region.bring(Frame.value, 0, seat, value)
    } catch (error) {
      // What the failure of another rank did to this one is no news. That another has returned too early is: nobody else has failed then.
      const isNews = !(error instanceof ShoalError && error.code === 'SHOAL_REGION_ABORTED') || !context.aborted
      if (isNews) region.fail(seat, error)
    }
    context.leave()
    // Looked at after `leave` has said that this rank comes no more: who arrives from now on sees that (see `Exchange`).
    if (barrier.isAwaited) barrier.break(seat, 'failure')
  }
}
