import { type FoldWork, Frame } from '../protocol/index.js'
import type { Cutting } from '../schedule/index.js'
import { type ChunkLoop, forEachChunk } from './chunk-loop.js'
import type { Kernel } from './kernel-cache.js'
import { openChunks } from './open-chunks.js'
import { refusePromise } from './refuse-promise.js'
import type { Region } from './region.js'
import type { RegionPart } from './region-part.js'
import { sweep } from './sweep.js'

interface FoldPart {
  readonly work: FoldWork
  readonly kernel: Kernel
  readonly init: Kernel
  readonly combine: Kernel
  readonly args: readonly unknown[]
}

/** One rank's share of `foldChunks`: one accumulator over all its chunks. A kernel that returns nothing has changed it in place. */
export function foldPart(region: Region, { work, kernel, init, combine, args }: FoldPart): RegionPart {
  const reader = openChunks(region, work)
  // See `withArgs`.
  const called = args.length === 0 ? kernel : (acc: unknown, chunk: unknown): unknown => kernel(acc, chunk, ...args)
  let accumulator: unknown
  let chunks = 0
  const loop: ChunkLoop = {
    reader,
    roundRobin: (work.cutting as Cutting).roundRobin,
    commitsRuns: false,
    body(index) {
      if (chunks++ === 0) accumulator = refusePromise(init())
      const next = refusePromise(called(accumulator, reader.read(index)))
      if (next !== undefined) accumulator = next
    },
  }
  const bring = (): void => {
    if (chunks > 0 && !region.failed) region.bring(Frame.accumulator, 0, region.member.rank, accumulator)
    chunks = 0
  }
  return {
    work() {
      forEachChunk(region, loop)
      bring()
    },
    complete() {
      sweep(region, loop)
      bring()
      if (!region.failed) combineAccumulators(region, combine)
    },
  }
}

/** In rank order. */
function combineAccumulators(region: Region, combine: Kernel): void {
  const frames = region.log.frames().filter((frame) => frame.type === Frame.accumulator)
  const values = frames.sort((a, b) => a.minor - b.minor).map((frame) => frame.value((ids) => region.member.attachments.takeReturned(ids)))
  region.bring(Frame.result, 0, 0, values.length === 0 ? undefined : values.reduce((a, b) => combine(a, b)))
}
