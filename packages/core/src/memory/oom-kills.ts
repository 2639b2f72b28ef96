import { type CgroupChain, cgroupChain, readCgroupFile } from './cgroup.js'

/** How many processes the kernel has killed in the control group of this one because its memory was used up; undefined where nobody counts. */
export function oomKills(chain: CgroupChain | undefined = cgroupChain('memory')): number | undefined {
  const own = chain?.folders[0]
  if (own === undefined) return undefined
  const counts = readCgroupFile(own, chain?.version === 2 ? 'memory.events' : 'memory.oom_control')
  const count = /^oom_kill (\d+)$/m.exec(counts ?? '')?.[1]
  return count === undefined ? undefined : Number(count)
}
