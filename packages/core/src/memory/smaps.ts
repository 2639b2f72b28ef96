import { readFileSync } from 'node:fs'

export interface MappedBytes {
  /** In memory and mapped by this process. */
  readonly residentBytes: number
  /** Of these, in huge pages. */
  readonly hugePageBytes: number
}

/** What the kernel says of the mapping at `address`. Reads a line for each mapping of the process: milliseconds in a large one. */
export function mappedBytes(address: bigint): MappedBytes {
  const head = `${address.toString(16).padStart(8, '0')}-`
  const text = readFileSync('/proc/self/smaps', 'latin1')
  const start = text.startsWith(head) ? 0 : text.indexOf(`\n${head}`) + 1
  const section = text.slice(start, text.indexOf('VmFlags', start))
  const kilobytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(section)?.[1] ?? 0)
  return {
    residentBytes: kilobytes('Rss') * 1024,
    hugePageBytes:
      (kilobytes('ShmemPmdMapped') + kilobytes('FilePmdMapped') + kilobytes('Shared_Hugetlb') + kilobytes('Private_Hugetlb')) * 1024,
  }
}
