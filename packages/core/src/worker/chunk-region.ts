import { type ChunkWork, Frame, Slot, unpack } from '../protocol/index.js'
import { type Cutting, NeighbourTree } from '../schedule/index.js'
import { openReader, type SourceData } from '../source/index.js'
import type { Kernel } from './kernel-cache.js'
import { refusePromise } from './refuse-promise.js'
import type { Region } from './region.js'

interface ChunkPart {
  readonly kernel: Kernel
  readonly combine: Kernel | undefined
  readonly work: ChunkWork
  readonly args: readonly unknown[]
}

/** One rank's share of `forChunks`: partials of neighbouring chunks are combined as soon as both are here. */
export function runChunks(region: Region, { kernel, combine, work, args }: ChunkPart): void {
  const reader = openReader(work.source as SourceData, work.cutting as Cutting, region.member.rank, region.member.local)
  if (combine === undefined) {
    region.forEachChunk(reader, (index) => refusePromise(kernel(reader.read(index), ...args)))
    return
  }
  const tree = newTree(region, combine)
  region.forEachChunk(reader, (index) => {
    tree.add(0, index, refusePromise(kernel(reader.read(index), ...args)))
  })
  if (region.failed) return
  for (const node of tree.nodes()) region.bring(Frame.node, node.level, node.index, node.value)
}

/** The last one out: combines what is left of all ranks along the same tree. */
export function combineNodes(region: Region, combine: Kernel): void {
  const tree = newTree(region, combine)
  for (const frame of region.log.frames()) {
    if (frame.type === Frame.node)
      tree.add(
        frame.major,
        frame.minor,
        unpack(frame.payload, (ids) => region.member.attachments.take(ids)),
      )
  }
  const [root] = tree.nodes()
  region.bring(Frame.result, 0, 0, root?.value)
}

function newTree(region: Region, combine: Kernel): NeighbourTree<unknown> {
  return new NeighbourTree<unknown>(region.words[region.base + Slot.chunkCount]!, combine)
}
