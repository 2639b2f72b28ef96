import { closeSync, constants, openSync, unlinkSync } from 'node:fs'
import {
  createAnonymous,
  getSysv,
  type Mapping,
  mapDescriptor,
  mapSysv,
  openPosix,
  removePosix,
  removeSysv,
  reserve,
  sysvFlags,
} from '@shoal/native'
import { expectedType } from '../errors/index.js'
import { type Backing, backingOver } from './backing.js'
import { type CreateOptions, checkByteLength, checkMode, checkPath, checkPosixName } from './options.js'
import { naming } from './segment-error.js'
import { resolveSysvKey } from './sysv-key.js'

/** Nameless zeroed memory; the only kind that may have 0 bytes. */
export function createAnonymousBacking(byteLength: number): Backing {
  const mapping = byteLength === 0 ? undefined : naming(`anonymous segment of ${byteLength} bytes`, () => createAnonymous(byteLength))
  return backingOver(mapping, { kind: 'anonymous', access: 'readwrite', byteLength })
}

export function createBacking(options: CreateOptions): Backing {
  if (typeof options !== 'object' || options === null) throw expectedType('options', 'an object', options)
  const byteLength = checkByteLength(options.byteLength)
  switch (options.kind) {
    case 'anonymous':
      return createAnonymousBacking(byteLength)
    case 'sysv':
      return createSysv(byteLength, options)
    case 'posix':
      return createPosix(byteLength, options)
    case 'file':
      return createFile(byteLength, options)
    default:
      throw expectedType('kind', "'anonymous', 'sysv', 'posix' or 'file'", (options as { kind: unknown }).kind)
  }
}

type OptionsOf<K> = Extract<CreateOptions, { kind: K }>

function createSysv(byteLength: number, options: OptionsOf<'sysv'>): Backing {
  const mode = checkMode(options.mode)
  const key = options.key === undefined ? 0 : resolveSysvKey(options.key)
  const subject = key === 0 ? `private sysv segment of ${byteLength} bytes` : `sysv segment with key 0x${(key >>> 0).toString(16)}`
  return naming(subject, () => {
    const shmid = getSysv(key, byteLength, sysvFlags.create | sysvFlags.exclusive | mode)
    let mapping: Mapping
    try {
      mapping = mapSysv(shmid, byteLength, 'readwrite')
    } catch (cause) {
      removeSysv(shmid)
      throw cause
    }
    // Marked at once, a private segment goes with its last attachment, however that ends.
    if (key === 0) removeSysv(shmid)
    return backingOver(mapping, { kind: 'sysv', access: 'readwrite', byteLength, shmid })
  })
}

const createFlags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL

function createPosix(byteLength: number, options: OptionsOf<'posix'>): Backing {
  const mode = checkMode(options.mode)
  const name = checkPosixName(options.name)
  return naming(`posix segment '${name}'`, () => {
    const fd = openPosix(name, createFlags, mode)
    const mapping = mapReserved(fd, byteLength, () => removePosix(name))
    return backingOver(mapping, { kind: 'posix', access: 'readwrite', byteLength })
  })
}

function createFile(byteLength: number, options: OptionsOf<'file'>): Backing {
  const mode = checkMode(options.mode)
  const path = checkPath(options.path)
  return naming(`file '${path}'`, () => {
    const fd = openSync(path, createFlags, mode)
    const mapping = mapReserved(fd, byteLength, () => unlinkSync(path))
    return backingOver(mapping, { kind: 'file', access: 'readwrite', byteLength })
  })
}

function mapReserved(fd: number, byteLength: number, undo: () => void): Mapping {
  try {
    reserve(fd, byteLength)
  } catch (cause) {
    closeSync(fd)
    undo()
    throw cause
  }
  try {
    return mapDescriptor(fd, 0, byteLength, 'readwrite')
  } catch (cause) {
    undo()
    throw cause
  }
}
