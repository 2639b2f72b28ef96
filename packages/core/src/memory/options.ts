import { expectedRange, expectedType } from '../errors/index.js'

/** How the memory comes to be: see docs of each kind in `CreateOptions`. */
export type SegmentKind = 'anonymous' | 'sysv' | 'posix' | 'file'

/** `copyonwrite`: stores stay private to this process. */
export type Access = 'readwrite' | 'readonly' | 'copyonwrite'

/** A System V key: the number itself, or what `ftok` makes of a path and a project id from 1 to 255. */
export type SysvKey = number | { path: string; projectId: number }

interface CreateCommon {
  /** Size in bytes, from 1; kept exactly, not rounded to pages. */
  byteLength: number
  /** Permissions, e.g. 0o640; 0o600 if left out. */
  mode?: number
}

/** What to create. A `persist`ent segment stays when its creator closes it; files always do. */
export type CreateOptions =
  | ({ kind: 'anonymous' } & Omit<CreateCommon, 'mode'>)
  | ({ kind: 'sysv'; key?: SysvKey; persist?: boolean } & CreateCommon)
  | ({ kind: 'posix'; name: string; persist?: boolean } & CreateCommon)
  | ({ kind: 'file'; path: string; persist?: true } & CreateCommon)

/** What to open. `byteOffset` is a multiple of 8; left-out lengths reach to the end of the file. */
export type OpenTarget =
  | { kind: 'sysv'; key: SysvKey }
  | { kind: 'sysv'; id: number }
  | { kind: 'posix'; name: string }
  | { kind: 'file'; path: string; byteOffset?: number; byteLength?: number }

export type OpenOptions<A extends Access = Access> = OpenTarget & { access?: A }

export function checkByteLength(byteLength: unknown, least = 1): number {
  if (typeof byteLength !== 'number') throw expectedType('byteLength', 'a number', byteLength)
  if (!Number.isSafeInteger(byteLength) || byteLength < least) {
    throw expectedRange('byteLength', `an integer from ${least} to 2^53 - 1`, byteLength)
  }
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
  if (bare === '' || bare === '.' || bare === '..' || /[/\0]/.test(bare) || Buffer.byteLength(bare) > 254) {
    throw expectedRange('name', 'a POSIX name (one to 254 bytes without a slash, but for a leading one)', name)
  }
  return `/${bare}`
}

export function checkPath(path: unknown): string {
  if (typeof path !== 'string') throw expectedType('path', 'a string', path)
  if (path === '' || path.includes('\0')) throw expectedRange('path', 'a path without NUL bytes', path)
  return path
}
