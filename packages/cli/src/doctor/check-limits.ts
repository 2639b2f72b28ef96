import type { Limits } from '@shoal/core'
import { bytesText } from '../text/bytes.js'
import { type Finding, ok, unless } from './finding.js'
import { read } from './read.js'

/** Limits of the machine and of this process. */
export function checkLimits({ shmmax, shmmni }: Limits): Finding[] {
  return [
    unless(
      shmmax < 2 ** 30,
      'System V',
      shmmni === 0 ? 'none' : `segments of up to ${shmmax > 2 ** 53 ? 'any size' : bytesText(shmmax)}, ${shmmni} of them`,
      'sysctl kernel.shmmax=… for larger System V segments',
    ),
    checkOpenFiles(),
    checkMappings(),
    checkLockedMemory(),
  ]
}

function checkOpenFiles(): Finding {
  const files = limitOf('Max open files')
  return unless(files < 1024, 'open files', countText(files), 'ulimit -n 4096: a segment takes a descriptor')
}

function checkMappings(): Finding {
  const mappings = Number(read('/proc/sys/vm/max_map_count') ?? Number.POSITIVE_INFINITY)
  return unless(mappings < 65_530, 'mappings', countText(mappings), 'sysctl vm.max_map_count=65530 or more, for many segments')
}

function checkLockedMemory(): Finding {
  const bytes = limitOf('Max locked memory')
  const found = bytes === Number.POSITIVE_INFINITY ? 'unlimited' : `up to ${bytesText(bytes)}`
  return ok('locked memory', `${found}, for segments with lock: true`)
}

/** The soft limit. */
function limitOf(name: string): number {
  const text = new RegExp(`^${name}\\s+(\\S+)`, 'm').exec(read('/proc/self/limits') ?? '')?.[1]
  return text === undefined || text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text)
}

function countText(count: number): string {
  return count === Number.POSITIVE_INFINITY ? 'unlimited' : `up to ${count}`
}
