import { arch, cpus, hostname, release, totalmem, type } from 'node:os'
import { limits } from '@shoal/core'
import { bytesText } from '../text/bytes.js'

/** Names and values, in the order in which they are shown. */
export type Facts = Readonly<Record<string, string>>

export function machineFacts(): Facts {
  const { cpus: usable, cgroupMemoryBytes } = limits()
  return {
    host: hostname(),
    system: `${type()} ${release()}, ${arch()}`,
    CPU: cpus()[0]?.model.trim() ?? 'unknown',
    CPUs: `${usable} usable of ${cpus().length}`,
    memory: `${bytesText(totalmem())}${cgroupMemoryBytes === undefined ? '' : `, ${bytesText(cgroupMemoryBytes)} left of the limit`}`,
    Node: process.versions.node,
  }
}
