import { execFile } from 'node:child_process'
import { availableParallelism, cpus, loadavg, machine, release, totalmem, type } from 'node:os'
import { promisify } from 'node:util'
import { compiler, compilerFlags } from './compile-c.js'

/** What a reader needs to know of the machine that the figures come from. */
export interface MachineFacts {
  readonly cpu: string
  readonly usableCpus: number
  readonly memoryBytes: number
  readonly kernel: string
  readonly node: string
  readonly compiler: string
  readonly compilerFlags: string
  /** One-minute load average before the first trial: above 0 means that others were at work. */
  readonly loadBefore: number
}

export async function machineFacts(): Promise<MachineFacts> {
  const version = await promisify(execFile)(compiler, ['--version'])
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    usableCpus: availableParallelism(),
    memoryBytes: totalmem(),
    kernel: `${type()} ${release()} ${machine()}`,
    node: process.version,
    compiler: version.stdout.split('\n')[0] ?? compiler,
    compilerFlags: compilerFlags.join(' '),
    loadBefore: loadavg()[0] ?? Number.NaN,
  }
}
