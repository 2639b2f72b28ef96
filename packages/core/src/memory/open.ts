import { constants, fstatSync } from 'node:fs'
import { resolve } from 'node:path'
import { closeDescriptor, getSysv, mapDescriptor, mapSysv, openFile, openPosix, statSysv } from '@shoal/native'
import { expectedRange, expectedType, requireOptions, ShoalError } from '../errors/index.js'
import { type Backing, backingOver } from './backing.js'
import { withRoom } from './collect.js'
import { checkFaultHandlers } from './damage.js'
import { openDescriptor } from './descriptor.js'
import { failpoint } from './failpoint.js'
import { refuseUnmappable, requireMappable } from './mappable.js'
import { type Access, checkAccess, checkByteLength, checkPath, checkPosixName, type OpenOptions, type OpenTarget } from './options.js'
import { naming } from './segment-error.js'
import { identityOf } from './segment-name.js'
import { checkSysvId, keyText, resolveSysvKey } from './sysv-key.js'

type TargetOf<K> = Extract<OpenTarget, { kind: K }>

export function openBacking(options: OpenOptions): Backing {
  requireOptions(options)
  const access = checkAccess(options.access)
  // Where faults can happen nobody else may handle them.
  if (access !== 'readwrite' || options.kind === 'file' || options.kind === 'posix') checkFaultHandlers()
  return withRoom(() => {
    if ('token' in options) return openDescriptor(options, access)
    switch (options.kind) {
      case 'sysv':
        return openSysv(access, options)
      case 'posix':
        return openPosixName(access, options)
      case 'file':
        return openPath(access, options)
      default:
        throw expectedType('kind', "'sysv', 'posix' or 'file'", (options as { kind: unknown }).kind)
    }
  })
}

function openSysv(access: Access, target: TargetOf<'sysv'>): Backing {
  refusePrivate(access)
  const key = 'key' in target ? resolveSysvKey(target.key) : undefined
  const id = 'id' in target ? checkSysvId(target.id) : undefined
  const subject = key === undefined ? `sysv segment with id ${id}` : `sysv segment with key ${keyText(key)}`
  return naming(subject, () => attachSysv(id ?? getSysv(key!, 0, 0), access))
}

/** Attaches by id. */
export function attachSysv(shmid: number, access: Access, id?: string): Backing {
  refusePrivate(access)
  const { byteLength } = statSysv(shmid)
  failpoint('open.1')
  const mapping = mapSysv(shmid, byteLength, access)
  failpoint('open.2')
  return backingOver(mapping, { id, kind: 'sysv', access, byteLength, shmid, name: { kind: 'sysv', shmid } })
}

function refusePrivate(access: Access): void {
  if (access !== 'copyonwrite') return
  throw expectedRange('access', "'readwrite' or 'readonly' for kind 'sysv' (System V has no private attachments)", access)
}

/** O_NONBLOCK: opening must not wait for the other end of what turns out to be a FIFO. */
export function openFlags(access: Access): number {
  return (access === 'readwrite' ? constants.O_RDWR : constants.O_RDONLY) | constants.O_NONBLOCK
}

function openPosixName(access: Access, target: TargetOf<'posix'>): Backing {
  const name = checkPosixName(target.name)
  const subject = `posix segment '${name}'`
  return naming(subject, () => {
    const fd = openPosix(name, openFlags(access), 0)
    return mapOpened(fd, access, { subject, byteOffset: 0, byteLength: undefined, named: { kind: 'posix', name } })
  })
}

function openPath(access: Access, target: TargetOf<'file'>): Backing {
  const path = checkPath(target.path)
  const { byteOffset = 0 } = target
  if (typeof byteOffset !== 'number') throw expectedType('byteOffset', 'a number', byteOffset)
  if (!Number.isSafeInteger(byteOffset) || byteOffset < 0 || byteOffset % 8 !== 0) {
    throw expectedRange('byteOffset', 'a multiple of 8 (open from a smaller one and give the view an offset)', byteOffset)
  }
  const byteLength = target.byteLength === undefined ? undefined : checkByteLength(target.byteLength)
  const subject = `file '${path}'`
  return naming(subject, () => {
    requireMappable(path)
    const fd = openFile(path, openFlags(access))
    return mapOpened(fd, access, { subject, byteOffset, byteLength, named: { kind: 'file', path: resolve(path) } })
  })
}

interface Opened {
  readonly subject: string
  readonly byteOffset: number
  readonly byteLength: number | undefined
  readonly named: { kind: 'posix'; name: string } | { kind: 'file'; path: string }
}

function mapOpened(fd: number, access: Access, { subject, byteOffset, byteLength: wanted, named }: Opened): Backing {
  failpoint('open.1')
  const { kind } = named
  let byteLength: number
  let name: Backing['name']
  try {
    const stats = fstatSync(fd)
    refuseUnmappable(subject, stats)
    byteLength = fittingLength(subject, stats.size, byteOffset, wanted)
    if (byteLength === 0 && kind === 'posix') {
      throw new ShoalError(
        'SHOAL_SEGMENT_UNFINISHED',
        `The ${subject} has 0 bytes: its creator has not sized it yet, or died before it could. Try again, or remove it`,
      )
    }
    name = { ...named, ...identityOf(fd) }
  } catch (error) {
    closeDescriptor(fd)
    throw error
  }
  const facts = { kind, access, byteLength, byteOffset, name }
  if (byteLength === 0) {
    closeDescriptor(fd)
    return backingOver(undefined, facts)
  }
  const mapping = mapDescriptor(fd, byteOffset, byteLength, access)
  failpoint('open.2')
  return backingOver(mapping, facts)
}

function fittingLength(subject: string, size: number, byteOffset: number, wanted: number | undefined): number {
  const byteLength = wanted ?? size - byteOffset
  if (byteLength >= 0 && byteOffset + byteLength <= size) return byteLength
  const asked = wanted === undefined ? 'an offset' : `${wanted} bytes from offset`
  throw new ShoalError(
    'SHOAL_SEGMENT_SIZE',
    `The ${subject} has ${size} bytes, too few for ${asked} ${byteOffset}: ask for less, or make the file longer`,
  )
}
