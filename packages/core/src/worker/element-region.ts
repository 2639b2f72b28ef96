import { isSameView, type TypedArray } from '../memory/index.js'
import type { ElementWork } from '../protocol/index.js'
import { type Cutting, chunkStart } from '../schedule/index.js'
import { openReader, type SourceData } from '../source/index.js'
import { type ChunkLoop, forEachChunk } from './chunk-loop.js'
import { fusedLoop } from './fused-loop.js'
import type { Kernel } from './kernel-cache.js'
import { Partials } from './partials.js'
import { Preimage } from './preimage.js'
import { refusePromise } from './refuse-promise.js'
import type { Region } from './region.js'
import type { RegionPart } from './region-part.js'
import { sweep } from './sweep.js'

interface ElementPart {
  readonly work: ElementWork
  readonly combine: Kernel | undefined
  /** Makes an accumulator, where `identity` is a function. */
  readonly make: Kernel | undefined
  readonly args: readonly unknown[]
}

/** One rank's share of `forEach`, `map` or `reduce`: per chunk, one call of a loop that the kernel has been compiled into. */
export function elementPart(region: Region, { work, combine, make, args }: ElementPart): RegionPart {
  const cutting = work.cutting as Cutting
  const reader = openReader(work.source as SourceData, cutting, region.member.rank, region.member.local)
  const source = (work.source as { source?: TypedArray }).source
  const partials = combine && new Partials(region, combine)
  const run = chunkRunner(region, work, source, { make, args, partials })
  const preimage = work.preimage && new Preimage(region, work.preimage.area, work.preimage.bytesPerRank)
  const body = (index: number): void => {
    const start = chunkStart(cutting, index)
    const end = chunkStart(cutting, index + 1)
    preimage?.save(index, source!.subarray(start, end))
    run(index, start, end)
    preimage?.finish(index)
  }
  // As in `chunkPart`.
  const roundRobin = cutting.roundRobin && partials === undefined
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

type RunChunk = (index: number, start: number, end: number) => void

interface LoopParts {
  readonly make: Kernel | undefined
  readonly args: readonly unknown[]
  readonly partials: Partials | undefined
}

function chunkRunner(region: Region, work: ElementWork, source: TypedArray | undefined, { make, args, partials }: LoopParts): RunChunk {
  const { kernels } = region.member
  const { kernel, kind, sourceType } = work
  if (kind === 'forEach') {
    const loop = fusedLoop(kernel, kind, sourceType, undefined, args.length, kernels)
    return (_index, start, end) => loop(source, start, end, args)
  }
  if (kind === 'map') {
    const into = work.into as TypedArray
    const inPlace = source !== undefined && isSameView(source, into)
    const intoType = work.asMask ? 'mask' : inPlace ? 'source' : into.constructor.name
    const loop = fusedLoop(kernel, kind, sourceType, intoType, args.length, kernels)
    return (_index, start, end) => loop(source, into, start, end, args)
  }
  const loop = fusedLoop(kernel, kind, sourceType, undefined, args.length, kernels)
  const begin = (): unknown => (make === undefined ? structuredClone((work.identity as { value: unknown }).value) : refusePromise(make()))
  return (index, start, end) => partials!.add(index, loop(begin(), source, start, end, args))
}
