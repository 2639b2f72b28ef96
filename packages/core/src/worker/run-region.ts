import { createRequire } from 'node:module'
import { checkDamage, type Segment } from '../memory/index.js'
import { type KernelReference, kernelsOf, type RegionCall, Slot, unpack } from '../protocol/index.js'
import { Account } from './account.js'
import { chunkPart } from './chunk-region.js'
import { elementPart } from './element-region.js'
import { failPoint } from './fail-point.js'
import { foldPart } from './fold-region.js'
import type { Kernel, KernelCache } from './kernel-cache.js'
import type { Member, ReadCall } from './member.js'
import { refuseAsync, refusingPromises } from './refuse-promise.js'
import { Region } from './region.js'
import type { MakePart, RegionPart } from './region-part.js'
import type * as SpmdRegion from './spmd-region.js'
import { withArgs } from './with-args.js'

const BEFORE_FIRST = -1

const require = createRequire(import.meta.url)
let spmdRegion: typeof SpmdRegion | undefined

/**
 * One rank's way through a region: read the call, work, bring what there is to bring, leave. The last one out combines and rings the parent.
 *
 * Memory ordering: everything an entry brings is written before it stores `left`; the last one out has seen `left` of all, and the parent,
 * which sees `done`, all that the last one out has written.
 */
export function runRegion(member: Member, slot: number, entry: number): void | Promise<void> {
  const region = new Region(member, slot, entry)
  const account = new Account(region)
  const prepared = prepare(region, account)
  if (prepared === undefined) return
  if (prepared.part === undefined) return importAndRun(region, prepared.read, account)
  work(region, prepared.part, prepared.read, account)
}

/** The same for a caller that can not wait for imports. */
export function runRegionSync(member: Member, slot: number, entry: number): void {
  const region = new Region(member, slot, entry)
  const account = new Account(region)
  const prepared = prepare(region, account, requireMaker)
  if (prepared !== undefined) work(region, prepared.part as RegionPart, prepared.read, account)
}

interface Prepared {
  readonly read: ReadCall
  /** Undefined when modules have to be imported first. */
  readonly part: RegionPart | undefined
}

/** Undefined when that has failed, and the rank has left. */
function prepare(region: Region, account: Account, find = findMaker): Prepared | undefined {
  try {
    const read = readCall(region)
    read.makePart ??= find(region.member.kernels, read.call)
    return { read, part: read.makePart?.(region) }
  } catch (error) {
    failOutside(region, error)
    finish(region, undefined, account)
    return undefined
  }
}

async function importAndRun(region: Region, read: ReadCall, account: Account): Promise<void> {
  let part: RegionPart
  try {
    read.makePart = await loadMaker(region.member.kernels, read.call)
    part = read.makePart(region)
  } catch (error) {
    failOutside(region, error)
    finish(region, undefined, account)
    return
  }
  work(region, part, read, account)
}

function work(region: Region, part: RegionPart, { segments }: ReadCall, account: Account): void {
  try {
    failPoint?.('entered')
    part.work(region)
    checkDamage(segments) // comes before what kernels threw over it, such as EFAULT
  } catch (error) {
    failOutside(region, error)
  }
  finish(region, part, account)
}

function readCall(region: Region): ReadCall {
  const { member, words, base, log } = region
  member.receive()
  const id = words[base + Slot.callId]!
  if (id === 0 || member.lastCall?.id !== id) {
    let segments: readonly Segment[] = []
    const call = unpack(log.call(), (ids) => {
      segments = member.attachments.take(ids)
      return segments
    }) as RegionCall
    member.lastCall = { id, call, segments, makePart: undefined }
  }
  const read = member.lastCall!
  region.kernel = read.call.work.kernel.id
  return read
}

function finish(region: Region, part: RegionPart | undefined, account: Account): void {
  const { member } = region
  account.addRegion()
  if (region.leave()) {
    if (part?.complete !== undefined && !region.cancelled && !region.failed) {
      try {
        part.complete()
      } catch (error) {
        failOutside(region, error)
      }
      account.addCompletion()
    }
    failPoint?.('completed')
    region.done()
    failPoint?.('done')
  } else region.goOut()
  failPoint?.('out')
  // Looked at after that: a parent that has not seen it yet has stored what it waits for before, and is rung.
  if (region.isParentRung && (region.isDone || region.cancelled || member.parentWantsLeavers())) member.ringParent()
}

/** Undefined when a kernel is in a module that has not been imported here yet. */
function findMaker(kernels: KernelCache, { work, args }: RegionCall): MakePart | undefined {
  if (kernelsOf(work).some((reference) => kernels.get(reference) === undefined)) return undefined
  const find = (reference: KernelReference): Kernel => kernels.get(reference)!
  const kernel = refuseAsync(find(work.kernel))
  const around = 'around' in work && work.around && find(work.around)
  const called: Kernel = around ? (...given) => around(kernel, ...given) : kernel
  if (work.type === 'spmd') {
    // With the collectives, as much as all other regions together.
    spmdRegion ??= require('#internal/worker/spmd-region.js') as typeof SpmdRegion
    const { SpmdPart } = spmdRegion
    const part = new SpmdPart(withArgs(called, args))
    return () => part
  }
  const combine = work.combine && refusingPromises(find(work.combine))
  if (work.type === 'chunks') return (region) => chunkPart(region, { work, kernel: called, combine, args })
  if (work.type === 'fold') {
    const init = refuseAsync(find(work.init))
    return (region) => foldPart(region, { work, kernel, init, combine: combine!, args })
  }
  const make = work.identity !== undefined && 'make' in work.identity ? refuseAsync(find(work.identity.make)) : undefined
  return (region) => elementPart(region, { work, combine, make, args })
}

async function loadMaker(kernels: KernelCache, call: RegionCall): Promise<MakePart> {
  for (const reference of kernelsOf(call.work)) await kernels.load(reference)
  return findMaker(kernels, call)!
}

function requireMaker(kernels: KernelCache, call: RegionCall): MakePart | undefined {
  for (const reference of kernelsOf(call.work)) kernels.require(reference)
  return findMaker(kernels, call)
}

/** A failure outside any chunk comes before the first: nothing else that the region says can be relied on. */
function failOutside(region: Region, error: unknown): void {
  try {
    region.fail(BEFORE_FIRST, error)
  } catch {
    // The log is full; `failedAt` is set all the same, and the parent says so.
  }
}
