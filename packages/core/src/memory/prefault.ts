import { allowedCpus, type Mapping, populate } from '@shoal/native'

export interface PrefaultOptions {
  signal?: AbortSignal
  /** Called with the bytes done so far, in steps of up to 64 MiB. */
  onProgress?: (bytes: number) => void
}

/** Long enough that the hop through the event loop costs nothing, short enough to abort and to share out. */
const stepBytes = 64 * 2 ** 20
/** Node's pool of blocking calls has four threads by default; one stays for files. */
const mostLanes = 3

/** Has all pages allocated (or read in) by several threads at once, off the main thread. */
export async function prefault(mapping: Mapping, byteLength: number, { signal, onProgress }: PrefaultOptions): Promise<void> {
  let next = 0
  let done = 0
  const lane = async () => {
    while (next < byteLength) {
      signal?.throwIfAborted()
      const from = next
      const length = Math.min(stepBytes, byteLength - from)
      next += length
      await populate(mapping, from, length)
      done += length
      onProgress?.(done)
    }
  }
  const lanes = Math.min(allowedCpus().length, mostLanes, Math.ceil(byteLength / stepBytes))
  await Promise.all(Array.from({ length: lanes }, lane)).finally(() => {
    next = byteLength // a failure ends the other lanes too
  })
}
