import { closeSync, constants, fstatSync, openSync, type Stats, statSync } from 'node:fs'
import { getSysv, mapDescriptor, mapSysv, openPosix, statSysv } from '@shoal/native'
import { expectedRange, expectedType, ShoalError } from '../errors/index.js'
import { type Backing, backingOver } from './backing.js'
import { type Access, checkAccess, checkByteLength, checkPath, checkPosixName, type OpenOptions } from './options.js'
import { naming } from './segment-error.js'
import { resolveSysvKey } from './sysv-key.js'

type OptionsOf<K> = Extract<OpenOptions, { kind: K }>

export function openBacking(options: OpenOptions): Backing {
  if (typeof options !== 'object' || options === null) throw expectedType('options', 'an object', options)
  const access = checkAccess(options.access)
  switch (options.kind) {
    case 'sysv':
      return openSysv(access, options)
    case 'posix':
      return openPosixName(access, options)
    case 'file':
      return openFile(access, options)
    default:
      throw expectedType('kind', "'sysv', 'posix' or 'file'", (options as { kind: unknown }).kind)
  }
}

function openSysv(access: Access, options: OptionsOf<'sysv'>): Backing {
  if (access === 'copyonwrite')
    throw expectedRange('access', "'readwrite' or 'readonly' for kind 'sysv' (System V has no private attachments)", access)
  const key = 'key' in options ? resolveSysvKey(options.key) : undefined
  const subject =
    key === undefined ? `sysv segment with id ${(options as { id: number }).id}` : `sysv segment with key 0x${(key >>> 0).toString(16)}`
  return naming(subject, () => {
    const shmid = key === undefined ? checkSysvId((options as { id: number }).id) : getSysv(key, 0, 0)
    return mapSysvBacking(shmid, access)
  })
}

/** Attaches by id. */
export function mapSysvBacking(shmid: number, access: Access, id?: string): Backing {
  const { byteLength } = statSysv(shmid)
  const mapping = mapSysv(shmid, byteLength, access)
  return backingOver(mapping, { kind: 'sysv', access, byteLength, shmid, ...(id === undefined ? {} : { id }) })
}

function checkSysvId(id: unknown): number {
  if (typeof id !== 'number') throw expectedType('id', 'a number', id)
  if (!Number.isInteger(id) || id < 0 || id > 0x7fff_ffff) throw expectedRange('id', 'an integer from 0 to 2^31 - 1', id)
  return id
}

/** O_NONBLOCK: opening must not wait for the other end of what turns out to be a FIFO. */
function openFlags(access: Access): number {
  return (access === 'readwrite' ? constants.O_RDWR : constants.O_RDONLY) | constants.O_NONBLOCK
}

function openPosixName(access: Access, options: OptionsOf<'posix'>): Backing {
  const name = checkPosixName(options.name)
  const subject = `posix segment '${name}'`
  return naming(subject, () => {
    const fd = openPosix(name, openFlags(access), 0)
    return mapOpened(fd, access, { kind: 'posix', subject, byteOffset: 0, byteLength: undefined })
  })
}

function openFile(access: Access, options: OptionsOf<'file'>): Backing {
  const path = checkPath(options.path)
  const { byteOffset = 0 } = options
  if (typeof byteOffset !== 'number') throw expectedType('byteOffset', 'a number', byteOffset)
  if (!Number.isSafeInteger(byteOffset) || byteOffset < 0 || byteOffset % 8 !== 0) {
    throw expectedRange('byteOffset', 'a multiple of 8 (open from a smaller one and give the view an offset)', byteOffset)
  }
  const byteLength = options.byteLength === undefined ? undefined : checkByteLength(options.byteLength)
  const subject = `file '${path}'`
  return naming(subject, () => {
    refuseUnmappable(subject, statSync(path)) // before opening: to open a device can already do something
    const fd = openSync(path, openFlags(access))
    return mapOpened(fd, access, { kind: 'file', subject, byteOffset, byteLength })
  })
}

interface Wanted {
  readonly kind: 'posix' | 'file'
  readonly subject: string
  readonly byteOffset: number
  readonly byteLength: number | undefined
}

function mapOpened(fd: number, access: Access, { kind, subject, byteOffset, byteLength }: Wanted): Backing {
  let length: number
  try {
    const stats = fstatSync(fd)
    refuseUnmappable(subject, stats)
    length = byteLength ?? stats.size - byteOffset
    if (byteOffset + length > stats.size || length < 0) {
      throw new ShoalError(
        'SHOAL_SEGMENT_SIZE',
        `The ${subject} has ${stats.size} bytes, too few for ${byteLength ?? 'any'} bytes from offset ${byteOffset} on`,
      )
    }
    if (length === 0 && kind === 'posix') {
      throw new ShoalError(
        'SHOAL_SEGMENT_UNFINISHED',
        `The ${subject} has 0 bytes: its creator has not sized it yet, or died before it could`,
      )
    }
  } catch (error) {
    closeSync(fd)
    throw error
  }
  if (length === 0) {
    closeSync(fd)
    return backingOver(undefined, { kind, access, byteLength: 0, byteOffset })
  }
  return backingOver(mapDescriptor(fd, byteOffset, length, access), { kind, access, byteLength: length, byteOffset })
}

function refuseUnmappable(subject: string, stats: Stats): void {
  if (stats.isFile()) return
  const what = stats.isDirectory() ? 'a directory' : stats.isFIFO() ? 'a FIFO' : stats.isSocket() ? 'a socket' : 'a device'
  throw new ShoalError('SHOAL_SEGMENT_NOT_A_FILE', `The ${subject} is ${what}; only regular files can be mapped`)
}
