import { allowedCpus, type Mapping, populate } from '@shoal/native'

/** How `prefault` is watched and stopped. */
export interface PrefaultOptions {
  signal?: AbortSignal
  /** Called with the bytes done so far, in steps of up to 64 MiB. */
  onProgress?: (bytes: number) => void
}

/** Long enough that the hop through the event loop costs nothing, short enough to abort and to share out. */
const stepBytes = 64 * 2 ** 20
/** Node's pool of blocking calls has four threads by default; one stays for files. */
const mostLanes = 3

/** Has all pages allocated (or read in) by several threads at once, off the main thread; `checkUse` throws where that is not wanted any more. When it ends, however, none of them is at it any more. */
export async function prefault(
  mapping: Mapping,
  byteLength: number,
  { signal, onProgress }: PrefaultOptions,
  checkUse: () => void,
): Promise<void> {
  let next = 0
  let done = 0
  const lane = async () => {
    try {
      while (next < byteLength) {
        signal?.throwIfAborted()
        checkUse() // closed meanwhile, it would get pages that nobody reads
        const from = next
        const length = Math.min(stepBytes, byteLength - from)
        next += length
        await populate(mapping, from, length)
        done += length
        onProgress?.(done)
      }
    } finally {
      next = byteLength // a failure ends the other lanes too
    }
  }
  const lanes = Math.min(allowedCpus().length, mostLanes, Math.ceil(byteLength / stepBytes))
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane))
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
