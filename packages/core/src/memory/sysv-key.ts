import { keyOfPath } from '@shoal/native'
import { expectedRange, expectedType } from '../errors/index.js'
import { checkPath, type SysvKey } from './options.js'
import { naming } from './segment-error.js'

/** The 32-bit key: 0 is no key but "private", so it names nothing. */
export function resolveSysvKey(key: SysvKey): number {
  if (typeof key === 'number') {
    if (!Number.isInteger(key) || key === 0 || key < -0x8000_0000 || key > 0xffff_ffff) {
      throw expectedRange('key', 'a 32-bit integer other than 0 (leave it out for a private segment)', key)
    }
    return key | 0
  }
  if (typeof key !== 'object' || key === null) throw expectedType('key', 'a number or { path, projectId }', key)
  const { projectId } = key
  const path = checkPath(key.path)
  if (!Number.isInteger(projectId) || projectId < 1 || projectId > 255)
    throw expectedRange('key.projectId', 'an integer from 1 to 255', projectId)
  return naming(`sysv key of '${path}'`, () => keyOfPath(path, projectId))
}

export function checkSysvId(id: unknown): number {
  if (typeof id !== 'number') throw expectedType('id', 'a number', id)
  if (!Number.isInteger(id) || id < 0 || id > 0x7fff_ffff) throw expectedRange('id', 'an integer from 0 to 2^31 - 1', id)
  return id
}

/** How messages call a key. */
export function keyText(key: number): string {
  return `0x${(key >>> 0).toString(16)}`
}
