import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { statPath } from '../memory/index.js'
import { syncFolder } from './sync-folder.js'

/**
 * Makes a folder, and those that it lies in, safe from power loss. One at a time: the `recursive` of Node 20 and 22 tries again for ever where a folder is
 * that takes no others, such as `/proc/self`.
 */
export function makeFolder(path: string): void {
  if (isFolder(path)) return
  const parent = dirname(path)
  if (parent !== path) makeFolder(parent)
  try {
    mkdirSync(path)
  } catch (error) {
    // Another run may have been faster.
    if (isFolder(path)) return
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? noFolder(path) : error
  }
  syncFolder(parent)
}

export function noFolder(path: string): Error {
  return new Error(`expected a folder at ${path} but found something else`)
}

function isFolder(path: string): boolean {
  try {
    return statPath(path)?.isDirectory() === true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return false
    throw error
  }
}
