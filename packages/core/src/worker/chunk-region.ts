import type { ChunkWork } from '../protocol/index.js'
import type { Cutting } from '../schedule/index.js'
import type { ViewChunk } from '../source/index.js'
import { type ChunkLoop, forEachChunk } from './chunk-loop.js'
import type { Kernel } from './kernel-cache.js'
import { openChunks } from './open-chunks.js'
import { Partials } from './partials.js'
import { Preimage } from './preimage.js'
import { refusePromise } from './refuse-promise.js'
import type { Region } from './region.js'
import type { RegionPart } from './region-part.js'
import { sweep } from './sweep.js'
import { withArgs } from './with-args.js'

interface ChunkPart {
  readonly work: ChunkWork
  readonly kernel: Kernel
  readonly combine: Kernel | undefined
  readonly args: readonly unknown[]
}

/** One rank's share of `forChunks`. */
export function chunkPart(region: Region, { work, kernel, combine, args }: ChunkPart): RegionPart {
  const reader = openChunks(region, work)
  const called = withArgs(kernel, args)
  const call = (index: number): unknown => refusePromise(called(reader.read(index)))
  const partials = combine && new Partials(region, combine)
  const preimage = work.preimage && new Preimage(region, work.preimage.area, work.preimage.bytesPerRank)
  const plain = partials === undefined ? call : (index: number): void => partials.add(index, call(index))
  const body =
    preimage === undefined
      ? plain
      : (index: number): void => {
          preimage.save(index, (reader.read(index) as ViewChunk<Uint8Array>).view)
          plain(index)
          preimage.finish(index)
        }
  // Neighbours are combined as they come: nobody who takes every other chunk has any.
  const roundRobin = (work.cutting as Cutting).roundRobin && partials === undefined
  const loop: ChunkLoop = { reader, roundRobin, body, commitsRuns: partials === undefined || preimage !== undefined }
  return {
    work() {
      forEachChunk(region, loop)
      partials?.bring()
    },
    complete() {
      sweep(region, loop)
      if (region.failed) return
      partials?.bring()
      partials?.combineAll()
    },
  }
}
