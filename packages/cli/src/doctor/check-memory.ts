import { statfsSync } from 'node:fs'
import { freemem, totalmem } from 'node:os'
import type { Limits } from '@shoal/core'
import { bytesText } from '../text/bytes.js'
import { broken, type Finding, ok, unless, warning } from './finding.js'
import { read } from './read.js'

/** Docker's default: the usual reason for a `/dev/shm` that is too small. */
const smallShmBytes = 64 * 2 ** 20

/** Memory, its limit, and `/dev/shm`. */
export function checkMemory({ cgroupMemoryBytes }: Limits): Finding[] {
  return [
    ok('memory', `${bytesText(freemem())} of ${bytesText(totalmem())} free`),
    cgroupMemoryBytes === undefined
      ? ok('cgroup', 'no memory limit')
      : unless(
          cgroupMemoryBytes < 256 * 2 ** 20,
          'cgroup',
          `${bytesText(cgroupMemoryBytes)} left of the memory limit`,
          'raise the limit (docker run --memory, MemoryMax=): the kernel kills what goes beyond it',
        ),
    checkShm(),
  ]
}

function checkShm(): Finding {
  // The last one hides those that were mounted there before.
  const mount = [...(read('/proc/self/mounts') ?? '').matchAll(/^\S+ \/dev\/shm (\S+) (\S+)/gm)].at(-1)
  try {
    const { bsize, blocks, bavail } = statfsSync('/dev/shm')
    const size = `${mount?.[1] ?? 'a folder'}, ${bytesText(bavail * bsize)} of ${bytesText(blocks * bsize)} free`
    if (mount?.[2]?.split(',').includes('ro')) return broken('/dev/shm', `${size}, read-only`, 'mount it writable: the registry lies there')
    return unless(
      bavail * bsize <= smallShmBytes,
      '/dev/shm',
      size,
      'enlarge it for posix segments (docker run --shm-size=1g, mount -o remount,size=50% /dev/shm); anonymous ones do not count there',
    )
  } catch {
    return warning('/dev/shm', 'not there', 'mount tmpfs at /dev/shm for posix segments')
  }
}
