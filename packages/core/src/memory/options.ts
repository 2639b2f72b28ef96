import type { NumaPolicy } from '@shoal/native'
import { checkBoolean, checkOptions, expectedRange, expectedType } from '../errors/index.js'

/** `anonymous`: nameless, gone with its last user. `sysv`, `posix`: found by key or name. `file`: the bytes of a file. */
export type SegmentKind = 'anonymous' | 'sysv' | 'posix' | 'file'

/** `copyonwrite`: stores stay private to this process. */
export type Access = 'readwrite' | 'readonly' | 'copyonwrite'

/** A System V key: the number itself, or what `ftok` makes of a path and a project id from 1 to 255. */
export type SysvKey = number | { path: string; projectId: number }

/** How the memory is to be placed. */
export interface AllocateOptions {
  /** Pages of 2 MiB: `true` throws SHOAL_SEGMENT_HUGE_PAGES where they cannot all be had, `'try'` takes what there is (see `stat()`). */
  hugePages?: boolean | 'try'
  /** Allocates all pages now, on all CPUs, rather than at the first store into each. */
  prefault?: boolean
  /** Never swapped out. */
  lock?: boolean
  /** Which NUMA nodes the pages come from: all in turn, the creator's, or each first toucher's. */
  numa?: NumaPolicy
  /** Goes into core dumps; off by default, because a dump of every dataset is slow. */
  dump?: boolean
}

interface CreateCommon extends AllocateOptions {
  /** Size in bytes, from 1; kept exactly, not rounded to pages. */
  byteLength: number
  /** Permissions, e.g. 0o640, whatever the umask says; 0o600 if left out. */
  mode?: number
}

/** What to create. A `persist`ent segment stays when its creator closes it or dies; a file always does. */
export type CreateOptions =
  | ({ kind: 'anonymous' } & Omit<CreateCommon, 'mode'>)
  | ({ kind: 'sysv'; key?: SysvKey; persist?: boolean } & CreateCommon)
  | ({ kind: 'posix'; name: string; persist?: boolean } & CreateCommon)
  | ({ kind: 'file'; path: string; persist?: true } & CreateCommon)

/** What to open. `byteOffset` is a multiple of 8; a left-out `byteLength` reaches to the end of the file. */
export type OpenTarget =
  | { kind: 'sysv'; key: SysvKey }
  | { kind: 'sysv'; id: number }
  | { kind: 'posix'; name: string }
  | { kind: 'file'; path: string; byteOffset?: number; byteLength?: number }

/** Plain data that opens the same memory in another process of this machine, by way of `Segment.open`. */
export interface SegmentDescriptor {
  readonly kind: SegmentKind
  readonly byteLength: number
  readonly token: string
}

/** Which segment is opened, and for what. */
export type OpenOptions<A extends Access = Access> = (OpenTarget | SegmentDescriptor) & { access?: A }

export function checkByteLength(byteLength: unknown): number {
  if (typeof byteLength !== 'number') throw expectedType('byteLength', 'a number', byteLength)
  if (!Number.isSafeInteger(byteLength) || byteLength < 1) throw expectedRange('byteLength', 'an integer from 1 to 2^53 - 1', byteLength)
  return byteLength
}

export function checkMode(mode: unknown = 0o600): number {
  if (typeof mode !== 'number') throw expectedType('mode', 'a number', mode)
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o777) throw expectedRange('mode', 'an integer from 0 to 0o777', mode)
  return mode
}

export function checkAccess(access: unknown = 'readwrite'): Access {
  if (access !== 'readwrite' && access !== 'readonly' && access !== 'copyonwrite') {
    throw expectedType('access', "'readwrite', 'readonly' or 'copyonwrite'", access)
  }
  return access
}

/** The name as `shm_open` takes it: one leading slash, no other. */
export function checkPosixName(name: unknown): string {
  if (typeof name !== 'string') throw expectedType('name', 'a string', name)
  const bare = name.startsWith('/') ? name.slice(1) : name
  if (bare === '' || bare === '.' || bare === '..' || bare.includes('/') || bare.includes('\0') || Buffer.byteLength(bare) > 254) {
    throw expectedRange('name', 'a POSIX name (1 to 254 bytes, no slash but a leading one)', name)
  }
  return `/${bare}`
}

export function checkPath(path: unknown): string {
  if (typeof path !== 'string') throw expectedType('path', 'a string', path)
  if (path === '' || path.includes('\0')) throw expectedRange('path', 'a path that is not empty and has no NUL bytes', path)
  return path
}

export function checkAllocateOptions(options: AllocateOptions): void {
  checkOptions(options)
  const { hugePages, numa } = options
  for (const flag of ['prefault', 'lock', 'dump'] as const) checkBoolean(flag, options[flag])
  if (hugePages !== undefined && typeof hugePages !== 'boolean' && hugePages !== 'try') {
    throw expectedType('hugePages', "true, false or 'try'", hugePages)
  }
  if (numa !== undefined && numa !== 'interleave' && numa !== 'bind' && numa !== 'local') {
    throw expectedType('numa', "'interleave', 'bind' or 'local'", numa)
  }
}
