import { readFileSync } from 'node:fs'

export interface SysvRow {
  readonly shmid: number
  readonly residentBytes: number
}

/** All System V segments of this IPC namespace, as the kernel lists them for everybody. */
export function sysvTable(): SysvRow[] {
  const [head = '', ...rows] = readFileSync('/proc/sysvipc/shm', 'utf8').trim().split('\n')
  const columns = head.trim().split(/\s+/)
  const [shmid, rss] = [columns.indexOf('shmid'), columns.indexOf('rss')]
  return rows.map((row) => {
    const fields = row.trim().split(/\s+/)
    return { shmid: Number(fields[shmid]), residentBytes: Number(fields[rss] ?? 0) }
  })
}
