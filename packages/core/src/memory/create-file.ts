import { existsSync, unlinkSync } from 'node:fs'
import { resolve } from 'node:path'
import { closeDescriptor, type Mapping, mapDescriptor, nameFile } from '@shoal/native'
import { expectedType } from '../errors/index.js'
import { type Backing, backingOver } from './backing.js'
import { withRoom } from './collect.js'
import { checkFaultHandlers } from './damage.js'
import { failpoint } from './failpoint.js'
import { checkMemoryBudget } from './memory-budget.js'
import { type CreateOptions, checkMode, checkPath, checkPosixName } from './options.js'
import { place, wantsHugePages } from './placement.js'
import { addRecord, cleanNow, dropRecord, keepHouse, posixPath } from './registry/index.js'
import { createReserved, openReserved } from './reserved-file.js'
import { existsError, naming } from './segment-error.js'
import { identityOf } from './segment-name.js'
import { orUndo } from './undo.js'

export type PosixOptions = Extract<CreateOptions, { kind: 'posix' }>
export type FileOptions = Extract<CreateOptions, { kind: 'file' }>

/** The steps and what a death at each leaves behind are in registry/README.md. */
export function createPosix(byteLength: number, options: PosixOptions): Backing {
  const mode = checkMode(options.mode)
  const name = checkPosixName(options.name)
  const persist = options.persist === true
  const path = posixPath(name)
  const subject = `posix segment '${name}'`
  checkFaultHandlers()
  checkMemoryBudget(subject, byteLength)
  if (existsSync(path) && (cleanNow().length === 0 || existsSync(path))) throw existsError(subject) // it may be the leftover of a dead process
  return withRoom(() =>
    naming(subject, () => {
      const fd = openReserved(subject, path, byteLength, mode, 'create-posix')
      const closing = () => closeDescriptor(fd)
      const identity = identityOf(fd)
      const record = orUndo(closing, () => addRecord({ kind: 'posix', name, ...identity, byteLength, persist }))
      keepHouse()
      failpoint('create-posix.3')
      const forgetting = () => dropRecord(record)
      const mapping = orUndo(forgetting, () => {
        orUndo(closing, () => nameFile(fd, path))
        failpoint('create-posix.4')
        return mapNew(subject, fd, path, byteLength, options)
      })
      failpoint('create-posix.5')
      return backingOver(mapping, {
        kind: 'posix',
        access: 'readwrite',
        byteLength,
        name: { kind: 'posix', name, ...identity },
        creation: { persist, record },
      })
    }),
  )
}

export function createFile(byteLength: number, options: FileOptions): Backing {
  const mode = checkMode(options.mode)
  const path = checkPath(options.path)
  // What a program has been told is temporary must not stay on the disk.
  if (options.persist !== undefined && options.persist !== true)
    throw expectedType('persist', 'true, as every file stays,', options.persist)
  const subject = `file '${path}'`
  checkFaultHandlers()
  if (existsSync(path)) throw existsError(subject)
  return withRoom(() =>
    naming(subject, () => {
      const fd = createReserved(subject, path, byteLength, mode, 'create-file')
      const identity = identityOf(fd)
      failpoint('create-file.3')
      const mapping = mapNew(subject, fd, path, byteLength, options)
      failpoint('create-file.4')
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

/** Owns the descriptor from its first line on; takes the name back when it cannot map. */
function mapNew(subject: string, fd: number, path: string, byteLength: number, options: PosixOptions | FileOptions): Mapping {
  return orUndo(
    () => unlinkSync(path),
    () => {
      const mapping = mapDescriptor(fd, 0, byteLength, 'readwrite', { hugeAligned: wantsHugePages(options), dump: options.dump === true })
      place(subject, mapping, byteLength, options)
      return mapping
    },
  )
}
