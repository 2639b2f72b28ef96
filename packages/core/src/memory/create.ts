import { createAnonymous } from '@shoal/native'
import { checkBoolean, expectedType, requireOptions } from '../errors/index.js'
import { type Backing, backingOver } from './backing.js'
import { withRoom } from './collect.js'
import { createFile, createPosix } from './create-file.js'
import { createSysv } from './create-sysv.js'
import { checkMemoryBudget } from './memory-budget.js'
import { type AllocateOptions, type CreateOptions, checkAllocateOptions, checkByteLength } from './options.js'
import { place, wantsHugePages } from './placement.js'
import { naming } from './segment-error.js'

export function createBacking(options: CreateOptions): Backing {
  requireOptions(options)
  const byteLength = checkByteLength(options.byteLength)
  checkAllocateOptions(options)
  switch (options.kind) {
    case 'anonymous':
      return createAnonymousBacking(byteLength, options)
    case 'sysv':
      checkBoolean('persist', options.persist)
      return createSysv(byteLength, options)
    case 'posix':
      checkBoolean('persist', options.persist)
      return createPosix(byteLength, options)
    case 'file':
      return createFile(byteLength, options)
    default:
      throw expectedType('kind', "'anonymous', 'sysv', 'posix' or 'file'", (options as { kind: unknown }).kind)
  }
}

/** Nameless zeroed memory; the only kind that may have 0 bytes. */
export function createAnonymousBacking(byteLength: number, options: AllocateOptions = {}): Backing {
  const facts = { kind: 'anonymous', access: 'readwrite', byteLength, creation: { persist: false } } as const
  if (byteLength === 0) return backingOver(undefined, facts)
  const subject = `anonymous segment of ${byteLength} bytes`
  checkMemoryBudget(subject, byteLength)
  return withRoom(() =>
    naming(subject, () => {
      const mapping = createAnonymous(byteLength, { hugeAligned: wantsHugePages(options), dump: options.dump === true })
      place(subject, mapping, byteLength, options)
      return backingOver(mapping, facts)
    }),
  )
}
