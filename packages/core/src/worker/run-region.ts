import { Rank, type RegionCall, Slot, unpack } from '../protocol/index.js'
import { combineNodes, runChunks } from './chunk-region.js'
import { combineAccumulators, runFold } from './fold-region.js'
import type { Member } from './member.js'
import { refuseAsync } from './refuse-promise.js'
import { Region } from './region.js'
import { runSpmd } from './spmd-region.js'

/**
 * One rank's way through a region: read the call, work, bring what there is to bring, leave. The last one out combines and rings the parent.
 *
 * Memory ordering: everything a rank brings is written before its `Atomics.sub` on `remaining`; the rank that takes it to 0 has therefore
 * seen the work of all, and the parent, which reads `done` after the ring, the work of that one.
 */
export async function runRegion(member: Member, slot: number): Promise<void> {
  const { words, layout } = member.control
  const line = layout.rank(member.rank)
  const region = new Region(member, slot)

  let complete: (() => void) | undefined
  try {
    member.attachments.update(words[line + Rank.sent]!)
    const call = unpack(region.log.envelope(), (ids) => member.attachments.take(ids)) as RegionCall
    complete = await enter(region, call)
  } catch (error) {
    failQuietly(region, error)
  }

  const isLast = Atomics.sub(words, region.base + Slot.remaining, 1) === 1
  if (isLast) {
    try {
      if (!region.cancelled && !region.failed) complete?.()
    } catch (error) {
      failQuietly(region, error)
    }
    Atomics.store(words, region.base + Slot.done, 1)
  }
  Atomics.store(words, line + Rank.left, region.sequence)
  // Looked at after `left` is stored: a parent that has not seen it yet has stored what it waits for before, and is rung.
  const isDone = Atomics.load(words, region.base + Slot.done) !== 0
  if (isDone || region.cancelled || member.parentWantsLeavers()) member.ringParent()
}

/** Loads the kernels, does this rank's work; returns what the last one out has to do. */
async function enter(region: Region, call: RegionCall): Promise<(() => void) | undefined> {
  const { kernels } = region.member
  const { work } = call
  const kernel = refuseAsync(kernels.get(work.kernel) ?? (await kernels.load(work.kernel)))
  if (work.type === 'spmd') {
    runSpmd(region, kernel, call.args)
    return undefined
  }
  const combine = work.combine && (kernels.get(work.combine) ?? (await kernels.load(work.combine)))
  if (work.type === 'fold') {
    const init = kernels.get(work.init) ?? (await kernels.load(work.init))
    runFold(region, { kernel, init, work, args: call.args })
    return () => combineAccumulators(region, combine!)
  }
  runChunks(region, { kernel, combine, work, args: call.args })
  return combine && (() => combineNodes(region, combine))
}

/** A failure outside any chunk counts as one of the first: nothing else the region says can be relied on. */
function failQuietly(region: Region, error: unknown): void {
  try {
    region.fail(0, error)
  } catch {
    // The log is full. The lowest failure without a frame is reported as just that.
    Atomics.store(region.words, region.base + Slot.failedAt, 0)
  }
}
