import { readdirSync } from 'node:fs'
import { setAffinity } from '@shoal/native'

/** Keeps this thread to the given CPUs. */
export function runThreadOn(cpus: readonly number[] | undefined): void {
  if (cpus !== undefined) setAffinity(0, cpus)
}

/** Keeps this process to the given CPUs: V8's and libuv's threads, those that there are and those to come. */
export function runProcessOn(cpus: readonly number[] | undefined): void {
  if (cpus === undefined) return
  for (const thread of readdirSync('/proc/self/task')) {
    try {
      setAffinity(Number(thread), cpus)
    } catch (error) {
      // It has ended since it was listed.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}
