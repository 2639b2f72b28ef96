import type { ChunkWork, FoldWork } from '../protocol/index.js'
import type { Cutting } from '../schedule/index.js'
import { type ChunkReader, DerivedReader, openReader, type SourceData } from '../source/index.js'
import { refusePromise } from './refuse-promise.js'
import type { Region } from './region.js'

/** The chunks of a region's source; those of `sourceFrom` by way of its kernels, which must have been loaded. */
export function openChunks({ member }: Region, work: ChunkWork | FoldWork): ChunkReader {
  const base = openReader(work.source as SourceData, work.cutting as Cutting, member.rank, member.local)
  return work.reads.reduce((reader, { kernel, args }): ChunkReader => {
    const read = member.kernels.get(kernel)!
    return new DerivedReader(reader, (chunk) => refusePromise(read(chunk, ...args)) as object)
  }, base)
}
