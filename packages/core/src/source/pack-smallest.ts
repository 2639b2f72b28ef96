import { readFileSync } from 'node:fs'
import { allocate, type Segment, segmentOf, statPath } from '../memory/index.js'
import { descriptorLimit } from './descriptor-limit.js'

/** Each mapped file takes a descriptor and a mapping, of which a process may have some ten thousand at best… */
const MOST_MAPPED = 4096
/** … and some hundred always. */
const LEAST_MAPPED = 256
/** What is read lies in memory, and is not the system's to take back. */
const MOST_BYTES = 2 ** 30

export interface PackedFiles {
  readonly segment: Segment
  /** Those that are in it, by their place among all. */
  readonly files: ReadonlyMap<number, DataView<SharedArrayBuffer>>
}

/** Of more files than can well be mapped, the smallest, read into one segment; undefined where there are no more. */
export function packSmallest(paths: readonly string[], given?: number): PackedFiles | undefined {
  if (paths.length <= (given ?? LEAST_MAPPED)) return undefined
  const mostMapped = given ?? Math.min(MOST_MAPPED, Math.max(LEAST_MAPPED, Math.floor(descriptorLimit() / 2)))
  if (paths.length <= mostMapped) return undefined
  const chosen = smallest(paths, mostMapped)
  const all = allocate(
    Uint8Array,
    chosen.reduce((sum, { size }) => sum + size, 0),
  )
  const files = new Map<number, DataView<SharedArrayBuffer>>()
  let at = 0
  for (const { index, size } of chosen) {
    // Longer now: as far as it was, as where it is mapped.
    const bytes = readFileSync(paths[index]!).subarray(0, size)
    all.set(bytes, at)
    files.set(index, new DataView(all.buffer, at, bytes.byteLength))
    at += bytes.byteLength
  }
  return { segment: segmentOf(all)!, files }
}

interface Sized {
  readonly index: number
  readonly size: number
}

/** Empty ones are not mapped either; what is no file is left for who opens it to refuse. */
function smallest(paths: readonly string[], mostMapped: number): Sized[] {
  const files = paths.flatMap((path, index): Sized[] => {
    const stats = statPath(path)
    return stats?.isFile() === true && stats.size > 0n ? [{ index, size: Number(stats.size) }] : []
  })
  const chosen = files.sort((a, b) => a.size - b.size || a.index - b.index).slice(0, Math.max(0, files.length - mostMapped))
  let total = 0
  const tooMany = chosen.findIndex(({ size }) => {
    total += size
    return total > MOST_BYTES
  })
  return tooMany === -1 ? chosen : chosen.slice(0, tooMany)
}
