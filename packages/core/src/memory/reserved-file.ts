import { constants, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { closeDescriptor, nameFile, openFile, openUnnamed, reserve } from '@shoal/native'
import { ShoalError } from '../errors/index.js'
import { failpoint } from './failpoint.js'
import { freeBytes } from './free-bytes.js'
import { orUndo } from './undo.js'

/**
 * A new file with all of its blocks, which is still without its name `path`: it appears there finished, by `nameFile`, or never.
 * @throws ShoalError SHOAL_SEGMENT_FULL; ENOTSUP where the file system has no nameless files
 */
export function openReserved(subject: string, path: string, byteLength: number, mode: number, operation: string): number {
  const folder = dirname(path)
  const fd = openInFolder(subject, folder, mode)
  failpoint(`${operation}.1`)
  orUndo(
    () => closeDescriptor(fd),
    () => {
      refuseIfFull(subject, folder, byteLength)
      reserve(fd, byteLength)
    },
  )
  failpoint(`${operation}.2`)
  return fd
}

function openInFolder(subject: string, folder: string, mode: number): number {
  try {
    return openUnnamed(folder, mode)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    throw new ShoalError('SHOAL_SEGMENT_NOT_FOUND', `The ${subject} cannot be created: there is no folder '${folder}'; make it first`, {
      cause,
    })
  }
}

/** The same, with its name. Where the file system has no nameless files it is finished in place, which a death can cut short. */
export function createReserved(subject: string, path: string, byteLength: number, mode: number, operation: string): number {
  let fd: number
  try {
    fd = openReserved(subject, path, byteLength, mode, operation)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTSUP') throw error
    return createInPlace(subject, path, byteLength, mode)
  }
  orUndo(
    () => closeDescriptor(fd),
    () => nameFile(fd, path),
  )
  return fd
}

function createInPlace(subject: string, path: string, byteLength: number, mode: number): number {
  refuseIfFull(subject, dirname(path), byteLength)
  const fd = openFile(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, mode)
  orUndo(
    () => {
      closeDescriptor(fd)
      unlinkSync(path)
    },
    () => reserve(fd, byteLength),
  )
  return fd
}

/** Asks first: a file system that fills up on the way would starve everybody else meanwhile. */
function refuseIfFull(subject: string, folder: string, byteLength: number): void {
  const free = freeBytes(folder)
  if (byteLength <= free) return
  throw new ShoalError(
    'SHOAL_SEGMENT_FULL',
    `The ${subject} needs ${byteLength} bytes, and '${folder}' has ${free} free; use a smaller one, or make room (docker run --shm-size)`,
  )
}
