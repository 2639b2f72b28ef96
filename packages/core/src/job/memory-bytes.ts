import { readdirSync, readFileSync } from 'node:fs'

/**
 * What this process and its children occupy, in bytes: memory of their own, and shared memory once. Pages of mapped files are the system's
 * to take back, and are not counted.
 */
export function memoryBytes(): number {
  const own = statusOf('self')
  return own.anonymous + own.shared + childrenOf().reduce((sum, pid) => sum + statusOf(pid).anonymous, 0)
}

function statusOf(pid: string): { readonly anonymous: number; readonly shared: number } {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/status`, 'latin1')
  } catch {
    // It has just ended.
    return { anonymous: 0, shared: 0 }
  }
  const kibibytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0)
  return { anonymous: kibibytes('RssAnon') * 1024, shared: kibibytes('RssShmem') * 1024 }
}

/** Children belong to the thread that has started them. */
function childrenOf(): string[] {
  try {
    return readdirSync('/proc/self/task').flatMap((thread) =>
      readFileSync(`/proc/self/task/${thread}/children`, 'latin1').split(' ').filter(Boolean),
    )
  } catch {
    return []
  }
}
