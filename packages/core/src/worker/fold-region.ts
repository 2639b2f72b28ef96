import { type FoldWork, Frame, unpack } from '../protocol/index.js'
import type { Cutting } from '../schedule/index.js'
import { openReader, type SourceData } from '../source/index.js'
import type { Kernel } from './kernel-cache.js'
import { refusePromise } from './refuse-promise.js'
import type { Region } from './region.js'

interface FoldPart {
  readonly kernel: Kernel
  readonly init: Kernel
  readonly work: FoldWork
  readonly args: readonly unknown[]
}

/** One rank's share of `foldChunks`: one accumulator over all its chunks. A kernel that returns nothing has changed it in place. */
export function runFold(region: Region, { kernel, init, work, args }: FoldPart): void {
  const reader = openReader(work.source as SourceData, work.cutting as Cutting, region.member.rank, region.member.local)
  let accumulator = init()
  let chunks = 0
  region.forEachChunk(reader, (index) => {
    const next = refusePromise(kernel(accumulator, reader.read(index), ...args))
    if (next !== undefined) accumulator = next
    chunks++
  })
  if (chunks > 0 && !region.failed) region.bring(Frame.accumulator, 0, region.member.rank, accumulator)
}

/** The last one out: combines the accumulators in rank order. */
export function combineAccumulators(region: Region, combine: Kernel): void {
  const frames = [...region.log.frames()].filter((frame) => frame.type === Frame.accumulator).sort((a, b) => a.minor - b.minor)
  const values = frames.map((frame) => unpack(frame.payload, (ids) => region.member.attachments.take(ids)))
  region.bring(Frame.result, 0, 0, values.length === 0 ? undefined : values.reduce((a, b) => combine(a, b)))
}
