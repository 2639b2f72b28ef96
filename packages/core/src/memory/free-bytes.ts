import { statfsSync } from 'node:fs'

/** What a file system still has for this user; infinite where it has no limit of its own (tmpfs with size=0, hugetlbfs), which it tells as 0 blocks in all. */
export function freeBytes(folder: string): number {
  const { blocks, bavail, bsize } = statfsSync(folder)
  return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize
}
