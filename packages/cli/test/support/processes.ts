import { readdirSync, readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'

/** Folders that outlive the processes here, and have numbers in their names as well. */
const registries = /^shoal-(test-.*|\d+)$/

/** The process ids of all descendants of `pid`. */
export function descendants(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid)
  return children.flatMap((child) => [child, ...descendants(child)])
}

/**
 * What is left of processes that were told to end: those still running, and the segments that they made. Children that the kernel kills
 * after their parent's death get a moment for that.
 */
export async function leftovers(pids: readonly number[]): Promise<string[]> {
  const deadline = performance.now() + 5_000
  while (leftNow(pids).length > 0 && performance.now() < deadline) await setImmediate()
  return leftNow(pids)
}

function leftNow(pids: readonly number[]): string[] {
  const running = pids.filter((pid) => parentOf(pid) !== undefined).map((pid) => `process ${pid}`)
  const [, ...rows] = readFileSync('/proc/sysvipc/shm', 'utf8').trim().split('\n')
  const segments = rows.filter((row) => pids.includes(Number(row.trim().split(/\s+/)[4]))).map((row) => `SysV segment ${row.trim()}`)
  const names = readdirSync('/dev/shm').filter((name) => !registries.test(name) && pids.some((pid) => name.includes(String(pid))))
  return [...running, ...segments, ...names]
}

/** Undefined when there is no such process, or when it has ended and only waits to be reaped. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' ? undefined : Number(parent)
  } catch {
    return undefined
  }
}
