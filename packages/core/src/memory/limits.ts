import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { allowedCpus } from '@shoal/native'
import { type CgroupChain, cgroupChain, readCgroupFile } from './cgroup.js'
import { freeBytes } from './free-bytes.js'

/** What this process may use; numbers beyond 2^53 are rounded. */
export interface Limits {
  /** CPUs that can run at once: affinity and the CPU quota of every control group above counted, at least 1. */
  readonly cpus: number
  /** Largest System V segment in bytes; 0 where the kernel has none, or `/proc` is not mounted to tell. */
  readonly shmmax: number
  /** How many System V segments the machine may have; 0 as above. */
  readonly shmmni: number
  /** Free bytes in /dev/shm, where posix segments live; infinite where it has no size of its own, 0 where there is none. */
  readonly shmFreeBytes: number
  /** Bytes that the control groups of this process still allow, cached files not counted; undefined where nothing limits them. */
  readonly cgroupMemoryBytes: number | undefined
}

/**
 * Reads them now: cheap, but not for a hot loop (some files of /proc and /sys).
 * @example
 * const pool = await createPool({ workers: Math.max(1, limits().cpus - 1) })
 */
export function limits(): Limits {
  return readLimits('/', allowedCpus().length)
}

/** `Limits.cpus` alone. */
export function usableCpus(root = '/', affinity = allowedCpus().length): number {
  return Math.max(1, Math.min(affinity, cpuQuota(cgroupChain('cpu', root))))
}

/** `root` stands for `/`, so that tests can bring trees of their own. */
export function readLimits(root: string, affinity: number): Limits {
  return {
    cpus: usableCpus(root, affinity),
    shmmax: readNumber(join(root, 'proc/sys/kernel/shmmax')),
    shmmni: readNumber(join(root, 'proc/sys/kernel/shmmni')),
    shmFreeBytes: orNone(() => freeBytes(join(root, 'dev/shm'))),
    cgroupMemoryBytes: memoryLeft(cgroupChain('memory', root)),
  }
}

/** Whole CPUs that the tightest quota pays for. */
function cpuQuota(chain: CgroupChain | undefined): number {
  const quotas = (chain?.folders ?? []).map((folder) => {
    if (chain?.version === 2) {
      const [quota, period] = (readCgroupFile(folder, 'cpu.max') ?? 'max').split(' ')
      return quota === 'max' ? Number.POSITIVE_INFINITY : Number(quota) / Number(period ?? 100_000)
    }
    const quota = Number(readCgroupFile(folder, 'cpu.cfs_quota_us') ?? -1)
    return quota < 0 ? Number.POSITIVE_INFINITY : quota / Number(readCgroupFile(folder, 'cpu.cfs_period_us') ?? 100_000)
  })
  return Math.floor(Math.min(Number.POSITIVE_INFINITY, ...quotas))
}

/** Version 1 writes "unlimited" as the largest multiple of a page that a signed 64-bit number holds. */
const unlimited = 2 ** 62

/** Bytes that the tightest group still allows; undefined where none limits. */
export function memoryLeft(chain: CgroupChain | undefined): number | undefined {
  const [limitFile, usageFile] =
    chain?.version === 2 ? ['memory.max', 'memory.current'] : ['memory.limit_in_bytes', 'memory.usage_in_bytes']
  const left = (chain?.folders ?? []).map((folder) => {
    const limit = Number(readCgroupFile(folder, limitFile) ?? 'max')
    if (Number.isNaN(limit) || limit >= unlimited) return Number.POSITIVE_INFINITY
    const used = Number(readCgroupFile(folder, usageFile) ?? 0) - reclaimable(folder)
    return Math.max(0, limit - Math.max(0, used))
  })
  const least = Math.min(Number.POSITIVE_INFINITY, ...left)
  return least === Number.POSITIVE_INFINITY ? undefined : least
}

/**
 * Usage counts what is cached of files too, and the kernel gives that up before it kills: who has read a large file uses all that he may.
 * Shared memory is not among it. Version 1 counts the groups below only under the names with `total_`.
 */
function reclaimable(folder: string): number {
  const text = readCgroupFile(folder, 'memory.stat') ?? ''
  const bytes = (field: string) => new RegExp(`^${field} (\\d+)$`, 'm').exec(text)?.[1]
  return ['inactive_file', 'active_file'].reduce((sum, field) => sum + Number(bytes(`total_${field}`) ?? bytes(field) ?? 0), 0)
}

function readNumber(path: string): number {
  return orNone(() => Number(readFileSync(path, 'utf8').trim()))
}

/** What is not there has nothing to give. */
function orNone(read: () => number): number {
  try {
    return read()
  } catch {
    return 0
  }
}
