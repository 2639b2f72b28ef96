import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Whether a process runs no more: it is gone, or waits as a zombie for whoever is to reap it. */
export function isGone(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat[stat.lastIndexOf(')') + 2] === 'Z'
  } catch {
    return true
  }
}

/** The children of this process, by pid, whichever of its threads started them. */
export function children(): number[] {
  return readdirSync('/proc/self/task').flatMap((task) => {
    const text = readFileSync(`/proc/self/task/${task}/children`, 'utf8').trim()
    return text === '' ? [] : text.split(' ').map(Number)
  })
}

/** How many descriptors of shared memory, doorbells and sockets this process has open. */
export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').filter((fd) => /^(\/memfd:|anon_inode:\[eventfd\]|socket:)/.test(targetOf(fd))).length
}

/** How many threads this process has. */
export function threads(): number {
  return readdirSync('/proc/self/task').length
}

function targetOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`, 'utf8')
  } catch {
    return '' // The descriptor that the folder itself was read with, or one that a thread has just closed.
  }
}
