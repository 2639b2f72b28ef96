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
