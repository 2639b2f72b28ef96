import { fstatSync } from 'node:fs'
import { closeDescriptor, descriptorOf, mapDescriptor, openFile, seals, sealsOf, statSysv } from '@shoal/native'
import { expectedType, ShoalError } from '../errors/index.js'
import { type Backing, backingOver } from './backing.js'
import { attachSysv, openFlags } from './open.js'
import { type Access, checkByteLength, type SegmentDescriptor, type SegmentKind } from './options.js'
import { posixPath } from './registry/index.js'
import { isSystemError, naming, segmentError } from './segment-error.js'
import { type FileIdentity, identityOf } from './segment-name.js'

const KINDS: readonly unknown[] = ['anonymous', 'sysv', 'posix', 'file'] satisfies SegmentKind[]

/** What a token says once it is decoded. */
type Token =
  | { readonly at: 'nowhere' }
  | { readonly at: 'sysv'; readonly shmid: number; readonly changeTime: number }
  | ({ readonly at: 'process'; readonly pid: number; readonly fd: number; readonly byteOffset: number } & FileIdentity)
  | ({ readonly at: 'path'; readonly path: string; readonly byteOffset: number } & FileIdentity)

/** Plain data by which another process of this machine and user finds the memory, as long as this one has it. */
export function describe(backing: Backing): SegmentDescriptor {
  const token = Buffer.from(JSON.stringify(tokenOf(backing))).toString('base64url')
  return { kind: backing.kind, byteLength: backing.byteLength, token }
}

function tokenOf({ name, shmid, mapping, byteOffset }: Backing): Token {
  if (shmid !== undefined) return { at: 'sysv', shmid, changeTime: statSysv(shmid).changeTime }
  if (name?.kind === 'file' || name?.kind === 'posix') {
    const { device, inode } = name
    return { at: 'path', path: name.kind === 'file' ? name.path : posixPath(name.name), byteOffset, device, inode }
  }
  if (mapping === undefined) return { at: 'nowhere' }
  const fd = descriptorOf(mapping)
  return { at: 'process', pid: process.pid, fd, byteOffset, ...identityOf(fd) }
}

export function openDescriptor({ kind, byteLength, token }: SegmentDescriptor, access: Access): Backing {
  if (!KINDS.includes(kind)) throw expectedType('kind', "'anonymous', 'sysv', 'posix' or 'file'", kind)
  if (byteLength !== 0) checkByteLength(byteLength)
  const where = decode(token)
  const subject = `${kind} segment of a descriptor`
  return naming(subject, () => {
    switch (where.at) {
      case 'sysv':
        if (statSysv(where.shmid).changeTime !== where.changeTime) throw replaced(subject)
        return attachSysv(where.shmid, access)
      case 'process':
        return openOfProcess(subject, where, { kind, access, byteLength, byteOffset: where.byteOffset })
      case 'path': {
        const fd = openFile(where.path, openFlags(access))
        return mapSame(subject, fd, where, { kind, access, byteLength, byteOffset: where.byteOffset })
      }
      default:
        if (byteLength === 0) return backingOver(undefined, { kind, access, byteLength })
        throw new ShoalError('SHOAL_SEGMENT_NOT_FOUND', `The ${subject} has no name that leads to it from here; send the segment itself`)
    }
  })
}

/** The owner's descriptor, opened by way of /proc; its number may mean something else by now, so what it leads to is compared. */
function openOfProcess(subject: string, where: Token & { at: 'process' }, facts: Facts): Backing {
  const path = `/proc/${where.pid}/fd/${where.fd}`
  let fd: number
  try {
    fd = openFile(path, openFlags(facts.access))
  } catch (cause) {
    if (!isSystemError(cause) || cause.code !== 'EACCES') throw cause
    const error = segmentError(subject, cause)
    error.message += `; process ${where.pid} belongs to somebody else or is not dumpable: hand the descriptor over instead`
    throw error
  }
  const needed = seals.shrink | seals.grow
  if (facts.kind === 'anonymous' && (sealsOf(fd) & needed) !== needed) {
    closeDescriptor(fd)
    throw replaced(subject)
  }
  return mapSame(subject, fd, where, facts)
}

interface Facts {
  readonly kind: SegmentKind
  readonly access: Access
  readonly byteLength: number
  readonly byteOffset: number
}

function mapSame(subject: string, fd: number, { device, inode }: FileIdentity, facts: Facts): Backing {
  const found = identityOf(fd)
  if (found.device !== device || found.inode !== inode) {
    closeDescriptor(fd)
    throw replaced(subject)
  }
  const { size } = fstatSync(fd)
  if (facts.byteOffset + facts.byteLength > size) {
    closeDescriptor(fd)
    // Beyond its end there would be memory of this process alone.
    throw new ShoalError('SHOAL_SEGMENT_SIZE', `The ${subject} has ${size} bytes, fewer than ${facts.byteOffset + facts.byteLength}`)
  }
  if (facts.byteLength > 0) return backingOver(mapDescriptor(fd, facts.byteOffset, facts.byteLength, facts.access), facts)
  closeDescriptor(fd)
  return backingOver(undefined, facts)
}

function replaced(subject: string): ShoalError {
  return new ShoalError('SHOAL_SEGMENT_NOT_FOUND', `The ${subject} is gone; something else has its place now`)
}

function decode(token: unknown): Token {
  let decoded: unknown
  try {
    decoded = JSON.parse(Buffer.from(token as string, 'base64url').toString())
  } catch {
    // As for what says nothing.
  }
  if (typeof decoded === 'object' && decoded !== null) return decoded as Token
  throw expectedType('token', 'the token of a SegmentDescriptor', token)
}
