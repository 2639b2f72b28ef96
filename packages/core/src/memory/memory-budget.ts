import { fstatSync } from 'node:fs'
import { descriptorOf, type Mapping, residentBytes } from '@shoal/native'
import { ShoalError } from '../errors/index.js'
import { type CgroupChain, cgroupChain } from './cgroup.js'
import { memoryLeft } from './limits.js'

/** Below this the look at the control groups would cost more than it can save. */
const worthChecking = 16 * 2 ** 20

let chain: CgroupChain | null | undefined

/**
 * A control group cannot be caught exceeding its memory: the kernel kills. So the need is compared with what is left before any page is
 * touched.
 * @throws ShoalError SHOAL_MEMORY_CGROUP
 */
export function checkMemoryBudget(subject: string, byteLength: number): void {
  if (byteLength < worthChecking) return
  if (chain === undefined) chain = cgroupChain('memory') ?? null
  const left = memoryLeft(chain ?? undefined)
  if (left === undefined || byteLength <= left) return
  throw new ShoalError(
    'SHOAL_MEMORY_CGROUP',
    `The ${subject} needs ${byteLength} bytes, and the control group of this process has ${left} left; the kernel would kill the process. Use less, or raise the limit (docker run --memory, MemoryMax=)`,
  )
}

/**
 * The same for the pages of a mapping that are not allocated yet.
 * @throws ShoalError SHOAL_MEMORY_CGROUP
 */
export function checkRestOfBudget(subject: string, mapping: Mapping, byteLength: number): void {
  if (byteLength >= worthChecking) checkMemoryBudget(subject, byteLength - Math.min(byteLength, allocatedBytes(mapping)))
}

/** What has been reserved but never touched is charged already, and is in no page table: only the blocks of its file tell. */
export function allocatedBytes(mapping: Mapping): number {
  const fd = descriptorOf(mapping)
  return fd < 0 ? residentBytes(mapping) : fstatSync(fd).blocks * 512
}
