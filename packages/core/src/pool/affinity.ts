import { readFileSync } from 'node:fs'
import { allowedCpus } from '@shoal/native'
import { expectedRange, expectedType } from '../errors/index.js'

/** `'cores'`: one CPU a rank, on cores of their own as long as there are. Lists: the CPUs of each rank, by number. */
export type Affinity = 'none' | 'cores' | readonly (readonly number[])[]

/** The CPUs that each rank is to run on; undefined where the scheduler decides. */
export function cpusByRank(asked: unknown, workers: number): readonly (readonly number[])[] | undefined {
  if (asked === undefined || asked === 'none') return undefined
  const allowed = allowedCpus()
  if (asked === 'cores') {
    const spread = coresFirst(allowed)
    return Array.from({ length: workers }, (_, rank) => [spread[rank % spread.length]!])
  }
  if (!Array.isArray(asked)) throw expectedType('affinity', "'none', 'cores' or a list of CPUs for each worker", asked)
  if (asked.length !== workers) throw expectedRange('affinity.length', `${workers}, a list of CPUs for each worker,`, asked.length)
  for (const [rank, cpus] of asked.entries()) {
    const name = `affinity[${rank}]`
    if (!Array.isArray(cpus)) throw expectedType(name, 'an array of CPU numbers', cpus)
    if (cpus.length === 0 || !cpus.every((cpu) => allowed.includes(cpu))) {
      throw expectedRange(name, `CPUs that this process may run on (${allowed.join(', ')})`, cpus)
    }
  }
  return asked
}

/** The first CPU of each core, then the second of each, and so on. */
function coresFirst(cpus: readonly number[]): number[] {
  const seen = new Map<string, number>()
  const numbered = cpus.map((cpu) => {
    const core = siblings(cpu)
    const nth = seen.get(core) ?? 0
    seen.set(core, nth + 1)
    return { cpu, nth }
  })
  return numbered.sort((a, b) => a.nth - b.nth || a.cpu - b.cpu).map(({ cpu }) => cpu)
}

/** The same text for CPUs that share a core. Where the kernel does not say, each CPU is a core. */
function siblings(cpu: number): string {
  try {
    return readFileSync(`/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`, 'utf8')
  } catch {
    return String(cpu)
  }
}
