import { constants, statfsSync, unlinkSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { closeDescriptor, type Mapping, mapDescriptor, nameFile, openFile, openUnnamed, reserve } from '@shoal/native'
import { ShoalError } from '../errors/index.js'
import { type Backing, backingOver } from './backing.js'
import { withRoom } from './collect.js'
import { failpoint } from './failpoint.js'
import { checkMemoryBudget } from './memory-budget.js'
import { type CreateOptions, checkMode, checkPath, checkPosixName } from './options.js'
import { place, wantsHugePages } from './placement.js'
import { addRecord, cleanNow, dropRecord, keepHouse, posixPath } from './registry/index.js'
import { naming } from './segment-error.js'
import { identityOf } from './segment-name.js'

export type PosixOptions = Extract<CreateOptions, { kind: 'posix' }>
export type FileOptions = Extract<CreateOptions, { kind: 'file' }>

/** The steps and what a death at each leaves behind are in registry/README.md. */
export function createPosix(byteLength: number, options: PosixOptions): Backing {
  const mode = checkMode(options.mode)
  const name = checkPosixName(options.name)
  const persist = options.persist === true
  const path = posixPath(name)
  const subject = `posix segment '${name}'`
  checkMemoryBudget(subject, byteLength)
  return withRoom(() =>
    naming(subject, () => {
      const fd = openUnnamed(dirname(path), mode)
      failpoint('create-posix.1')
      let record: string | undefined
      let named = false
      return orElse(
        () => {
          const identity = closingOnFailure(fd, () => {
            reserveAll(subject, path, fd, byteLength)
            failpoint('create-posix.2')
            const found = identityOf(fd)
            record = addRecord({ kind: 'posix', name, ...found, byteLength, persist })
            keepHouse()
            failpoint('create-posix.3')
            nameOrClean(fd, path)
            return found
          })
          named = true
          failpoint('create-posix.4')
          const mapping = mapNew(subject, fd, byteLength, options)
          failpoint('create-posix.5')
          return backingOver(mapping, {
            kind: 'posix',
            access: 'readwrite',
            byteLength,
            name: { kind: 'posix', name, ...identity },
            creation: { persist, record },
          })
        },
        () => {
          if (named) unlinkSync(path)
          if (record !== undefined) dropRecord(record)
        },
      )
    }),
  )
}

/** What has the name may be the leftover of a dead process. */
function nameOrClean(fd: number, path: string): void {
  try {
    nameFile(fd, path)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST' || cleanNow().length === 0) throw cause
    nameFile(fd, path)
  }
}

export function createFile(byteLength: number, options: FileOptions): Backing {
  const mode = checkMode(options.mode)
  const path = checkPath(options.path)
  const subject = `file '${path}'`
  return withRoom(() =>
    naming(subject, () => {
      const fd = openNewFile(subject, path, byteLength, mode)
      const identity = identityOf(fd)
      const mapping = orElse(
        () => mapNew(subject, fd, byteLength, options),
        () => unlinkSync(path),
      )
      return backingOver(mapping, {
        kind: 'file',
        access: 'readwrite',
        byteLength,
        name: { kind: 'file', path: resolve(path), ...identity },
        creation: { persist: true },
      })
    }),
  )
}

/** Whole or not at all, where the file system can do that. */
function openNewFile(subject: string, path: string, byteLength: number, mode: number): number {
  let fd: number
  try {
    fd = openUnnamed(dirname(path), mode)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EOPNOTSUPP') throw cause
    return openNewFileInPlace(subject, path, byteLength, mode)
  }
  closingOnFailure(fd, () => {
    reserveAll(subject, path, fd, byteLength)
    nameFile(fd, path)
  })
  return fd
}

function openNewFileInPlace(subject: string, path: string, byteLength: number, mode: number): number {
  const fd = openFile(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, mode)
  orElse(
    () => reserveAll(subject, path, fd, byteLength),
    () => {
      closeDescriptor(fd)
      unlinkSync(path)
    },
  )
  return fd
}

/** Asks first: a file system that fills up on the way would starve everybody else meanwhile. */
function reserveAll(subject: string, path: string, fd: number, byteLength: number): void {
  const { bavail, bsize } = statfsSync(dirname(path))
  const free = bavail * bsize
  if (byteLength > free) {
    throw new ShoalError(
      'SHOAL_SEGMENT_FULL',
      `The ${subject} needs ${byteLength} bytes, and '${dirname(path)}' has ${free} free; use a smaller one, or make room (docker run --shm-size)`,
    )
  }
  reserve(fd, byteLength)
}

/** Owns the descriptor from its first line on. */
function mapNew(subject: string, fd: number, byteLength: number, options: PosixOptions | FileOptions): Mapping {
  const mapping = mapDescriptor(fd, 0, byteLength, 'readwrite', { hugeAligned: wantsHugePages(options), dump: options.dump === true })
  place(subject, mapping, byteLength, options)
  return mapping
}

function closingOnFailure<T>(fd: number, call: () => T): T {
  return orElse(call, () => closeDescriptor(fd))
}

function orElse<T>(call: () => T, undo: () => void): T {
  try {
    return call()
  } catch (error) {
    undo()
    throw error
  }
}
