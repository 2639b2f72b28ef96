import { spawnSync } from 'node:child_process'

/** Whether a private mount or IPC namespace can be had, e.g. for a small /dev/shm. */
export function canUnshare(...flags: string[]): boolean {
  return spawnSync('unshare', [...flags, 'true'], { stdio: 'ignore' }).status === 0
}

/** Says by name what this machine cannot test. */
export function skipLoudly(test: string, why: string): void {
  console.error(`SKIPPED: ${test} (${why})`)
}
