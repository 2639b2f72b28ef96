import { expectedRange, expectedType, InWords, ShoalError } from '../errors/index.js'
import {
  allocate,
  checkOpen,
  overlap,
  Segment,
  type SharedView,
  segmentOf,
  type TypedArray,
  type ViewConstructor,
} from '../memory/index.js'
import { type ChunkWork, type KernelReference, kernelsOf, lower, type RegionWork, RetryMode } from '../protocol/index.js'
import { type CuttingOptions, defaultSchedule } from '../schedule/index.js'
import { type OpenedSource, open } from '../source/index.js'
import { checkArgs } from './clone-limit.js'
import { kernelReference, refuseAsync } from './kernel-reference.js'
import type { ResolvedRegionOptions } from './region-options.js'
import type { RegionSpec } from './region-spec.js'

type AnyArgs = readonly unknown[]
type Options = ResolvedRegionOptions

interface Combining {
  readonly combine?: unknown
}

/** Not for programs: a kernel that is called in the place of another, with it. */
interface Around {
  readonly around?: unknown
}

/** What each call of a pool becomes: a region, ready to be run. */

export function planChunks(
  source: unknown,
  kernel: unknown,
  options: Options,
  args: AnyArgs,
  { combine, around }: Combining & Around,
): RegionSpec {
  const references = {
    type: 'chunks' as const,
    kernel: kernelReference('kernel', kernel),
    combine: combine === undefined ? undefined : kernelReference('combine', combine),
    around: around === undefined ? undefined : kernelReference('around', around),
  }
  return planCut(source, options, args, combine !== undefined, 'never', (cut) => ({ ...references, ...cut }))
}

export function planFold(
  source: unknown,
  kernel: unknown,
  options: Options,
  args: AnyArgs,
  folding: Combining & { init?: unknown },
): RegionSpec {
  const references = {
    type: 'fold' as const,
    kernel: kernelReference('kernel', kernel),
    init: kernelReference('init', folding.init),
    combine: kernelReference('combine', folding.combine),
  }
  if (options.retry === 'preimage') {
    throw expectedType('retry', "'never' or 'idempotent' (an accumulator that is lost can not be put back)", options.retry)
  }
  return planCut(source, options, args, true, 'never', (cut) => ({ ...references, ...cut }))
}

export function planForEach(source: unknown, kernel: unknown, options: Options, args: AnyArgs): RegionSpec {
  const reference = kernelReference('kernel', kernel)
  const sourceType = elementType(source)
  return planCut(source, { ...options, coarse: true }, args, false, 'never', (cut) => {
    return {
      type: 'elements',
      kind: 'forEach',
      kernel: reference,
      sourceType,
      into: undefined,
      identity: undefined,
      combine: undefined,
      ...cut,
    }
  })
}

export function planReduce(
  source: unknown,
  kernel: unknown,
  options: Options,
  args: AnyArgs,
  reducing: Combining & { identity?: unknown },
): RegionSpec {
  const reference = kernelReference('kernel', kernel)
  const combine = kernelReference('combine', reducing.combine)
  const { identity: given } = reducing
  if (given === undefined) throw expectedType('identity', 'a value, or a function that makes one', given)
  // What it holds would be one for all accumulators.
  if (typeof given === 'object' && holdsShared(given))
    throw expectedType('identity', 'a function that makes one, where it holds shared memory,', given)
  const identity = typeof given === 'function' ? { make: kernelReference('identity', given) } : { value: given }
  const sourceType = elementType(source)
  return planCut(source, options, args, true, 'idempotent', (cut) => {
    return { type: 'elements', kind: 'reduce', kernel: reference, sourceType, into: undefined, identity, combine, ...cut }
  })
}

/** Also returns where the results go: `into`, or a new view of the source's type. */
export function planMap(
  source: unknown,
  kernel: unknown,
  options: Options,
  args: AnyArgs,
  given: SharedView | undefined,
  asMask = false,
): { spec: RegionSpec; into: SharedView } {
  const reference = kernelReference('kernel', kernel)
  const sourceType = elementType(source)
  if (!ArrayBuffer.isView(source)) throw expectedType('source', 'a shared view', source)
  const from = source as SharedView
  const into = given === undefined ? (allocate(from.constructor as unknown as ViewConstructor, from.length) as SharedView) : given
  const inPlace = checkInto(from, into)
  const readsInto = !inPlace && given !== undefined && reaches(args, segmentOf(into)!)
  if (readsInto && options.retry === 'preimage') throw expectedApart('into', 'only the chunk of the source is put back')
  const retry = inPlace || readsInto ? 'never' : 'idempotent'
  const spec = planCut(source, { ...options, coarse: true }, args, false, retry, (cut) => {
    return { type: 'elements', kind: 'map', kernel: reference, sourceType, into, asMask, identity: undefined, combine: undefined, ...cut }
  })
  return { spec, into }
}

export function planSpmd(kernel: unknown, options: Options, args: AnyArgs, { around }: Around): RegionSpec {
  const { width, maxAttempts } = options
  if (options.retry !== undefined && options.retry !== 'never') {
    throw expectedType('retry', "'never' (the ranks of spmd depend on each other)", options.retry)
  }
  const references = {
    kernel: kernelReference('kernel', kernel),
    around: around === undefined ? undefined : kernelReference('around', around),
  }
  const work = { type: 'spmd' as const, ...references }
  return { call: { work, args }, kernels: syncKernelsOf(work), opened: undefined, width, retry: RetryMode.never, maxAttempts }
}

interface CutParts {
  readonly source: unknown
  readonly cutting: unknown
  readonly reads: ChunkWork['reads']
  readonly preimage: { readonly area: Uint8Array; readonly bytesPerRank: number } | undefined
}

/** The chunk that each rank is on is copied: chunks are no longer than this. */
const PREIMAGE_BYTES = 4 * 1024 * 1024

function planCut(
  source: unknown,
  options: Options & Pick<CuttingOptions, 'coarse'>,
  args: AnyArgs,
  needsResult: boolean,
  defaultRetry: 'never' | 'idempotent',
  workOf: (cut: CutParts) => RegionWork,
): RegionSpec {
  const { width, maxAttempts, retry = defaultRetry } = options
  const preimage = retry === 'preimage' ? preimageArea(source, args, options) : undefined
  const opened = withResult(
    open(source, preimage === undefined ? withDefault(options) : { ...options, schedule: 'dynamic', chunkLength: preimage.chunkLength }),
    needsResult,
  )
  try {
    const reads = (opened.reads ?? []).map(({ read, args }) => ({ kernel: kernelReference('read', read), args: checkArgs(args) }))
    const work = workOf({ source: opened.data, cutting: opened.cutting, reads, preimage: preimage?.parts })
    return { call: { work, args }, kernels: syncKernelsOf(work), opened, width, retry: RetryMode[retry], maxAttempts }
  } catch (error) {
    opened.close()
    throw error
  }
}

/** @throws ShoalError `SHOAL_KERNEL_ASYNC` */
function syncKernelsOf(work: RegionWork): KernelReference[] {
  const kernels = kernelsOf(work)
  for (const kernel of kernels) refuseAsync(kernel)
  return kernels
}

function withDefault(options: Options): Options {
  // Reading the environment takes as long as the rest of a plan.
  if (options.schedule !== undefined) return options
  const schedule = defaultSchedule()
  return schedule ? { ...options, schedule } : options
}

/** An empty source is one empty chunk where a result is wanted. */
function withResult(opened: OpenedSource, needsResult: boolean): OpenedSource {
  if (!needsResult || opened.cutting.count > 0) return opened
  return { ...opened, cutting: { ...opened.cutting, count: 1 } }
}

function preimageArea(
  source: unknown,
  args: AnyArgs,
  { chunkLength, unit = 1, width, poolSize }: Options,
): { chunkLength: number; parts: { area: Uint8Array; bytesPerRank: number } } {
  const isSegment = source instanceof Segment
  const segment = isSegment ? source : ArrayBuffer.isView(source) ? segmentOf(source as TypedArray) : undefined
  if (segment === undefined)
    throw expectedType('source', "a shared view or a Segment with retry: 'preimage' (only what is copied can be put back)", source)
  if (reaches(args, segment)) throw expectedApart('source', 'only the chunk itself is put back')
  const bytesPerElement = isSegment ? 1 : (source as TypedArray).BYTES_PER_ELEMENT
  const longest = Math.max(unit, Math.floor(PREIMAGE_BYTES / bytesPerElement / unit) * unit)
  const total = isSegment ? source.byteLength : (source as TypedArray).length
  const balanced = Math.max(unit, Math.ceil(total / (width * 16) / unit) * unit)
  const length = Math.min(Math.max(unit, chunkLength ?? balanced), longest)
  const bytesPerRank = Math.ceil((length * bytesPerElement) / 64) * 64
  return { chunkLength: length, parts: { area: allocate(Uint8Array, bytesPerRank * poolSize), bytesPerRank } }
}

/** Whether a kernel can read, by its arguments, what is written to the segment. */
function reaches(args: AnyArgs, segment: Segment): boolean {
  return args.length > 0 && lower(args).segments.includes(segment)
}

function expectedApart(name: string, why: string): TypeError {
  return expectedType('args', `no view over the segment of ${name} with retry: 'preimage' (${why})`, new InWords('one that is'))
}

function elementType(source: unknown): string {
  if (typeof source === 'number') return 'length'
  if (!ArrayBuffer.isView(source) || source instanceof DataView) throw expectedType('source', 'a shared view or a length', source)
  return (source as unknown as { [Symbol.toStringTag]: string })[Symbol.toStringTag]
}

/** True when the results go where the elements come from. */
function checkInto(source: SharedView, into: SharedView): boolean {
  if (!ArrayBuffer.isView(into)) throw expectedType('into', 'a shared view', into)
  checkOpen('into', into)
  const segment = segmentOf(into)
  if (segment === undefined) throw expectedType('into', 'a view over shared memory (make one with allocate())', into)
  if (segment.access === 'readonly') {
    throw new ShoalError(
      'SHOAL_SEGMENT_READONLY',
      `Expected a view that can be written to for into, but its ${segment.kind} segment is readonly`,
    )
  }
  if (into.length !== source.length) throw expectedRange('into', `a view of ${source.length} elements, as long as the source`, into.length)
  if (into.buffer !== source.buffer) return false
  const same = into.byteOffset === source.byteOffset && into.BYTES_PER_ELEMENT === source.BYTES_PER_ELEMENT
  if (!same && overlap(into, source))
    throw expectedRange('into', 'a view that is the source itself or does not overlap it', new InWords('one that overlaps it partly'))
  return same
}

function holdsShared(value: unknown): boolean {
  const { segments, hasPlainShared } = lower(value)
  return segments.length > 0 || hasPlainShared
}
