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
