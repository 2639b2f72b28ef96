import { getSysv, type Mapping, mapSysv, removeSysv, statSysv, sysvFlags } from '@shoal/native'
import { ShoalError } from '../errors/index.js'
import { type Backing, backingOver } from './backing.js'
import { withRoom } from './collect.js'
import { failpoint } from './failpoint.js'
import { checkMemoryBudget } from './memory-budget.js'
import { type CreateOptions, checkMode } from './options.js'
import { place } from './placement.js'
import { addRecord, cleanNow, completeRecord, dropRecord, keepHouse } from './registry/index.js'
import { isSystemError, naming, unlessGone } from './segment-error.js'
import { keyText, resolveSysvKey } from './sysv-key.js'

export type SysvOptions = Extract<CreateOptions, { kind: 'sysv' }>

/** The steps and what a death at each leaves behind are in registry/README.md. */
export function createSysv(byteLength: number, options: SysvOptions): Backing {
  const mode = checkMode(options.mode)
  const key = options.key === undefined ? 0 : resolveSysvKey(options.key)
  const persist = key !== 0 && options.persist === true
  const subject = key === 0 ? `private sysv segment of ${byteLength} bytes` : `sysv segment with key ${keyText(key)}`
  checkMemoryBudget(subject, byteLength)
  return withRoom(() =>
    naming(subject, () => {
      const record = addRecord({ kind: 'sysv', key, byteLength, persist })
      keepHouse()
      failpoint('create-sysv.1')
      let created: number | undefined
      try {
        const shmid = getId(subject, key, byteLength, mode, options)
        created = shmid
        failpoint('create-sysv.2')
        completeRecord(record, { shmid, changeTime: statSysv(shmid).changeTime })
        failpoint('create-sysv.3')
        const mapping = mapSysv(shmid, byteLength, 'readwrite', { dump: options.dump === true })
        failpoint('create-sysv.4')
        if (key === 0) makePrivate(shmid, record)
        place(subject, mapping, byteLength, { ...options, hugePages: false })
        return sysvBacking(mapping, byteLength, shmid, key === 0 ? undefined : record, persist)
      } catch (cause) {
        const shmid = created
        if (shmid !== undefined) unlessGone(() => removeSysv(shmid)) // a private one is, with its mapping
        dropRecord(record)
        throw cause
      }
    }),
  )
}

/** Marked at once, a private segment goes with its last attachment, however that ends. */
function makePrivate(shmid: number, record: string): void {
  removeSysv(shmid)
  failpoint('create-sysv.5')
  dropRecord(record)
  failpoint('create-sysv.6')
}

function sysvBacking(mapping: Mapping, byteLength: number, shmid: number, record: string | undefined, persist: boolean): Backing {
  return backingOver(mapping, {
    kind: 'sysv',
    access: 'readwrite',
    byteLength,
    shmid,
    name: { kind: 'sysv', shmid },
    creation: { persist, record },
  })
}

function getId(subject: string, key: number, byteLength: number, mode: number, { hugePages = false }: SysvOptions): number {
  const flags = sysvFlags.create | sysvFlags.exclusive | mode
  if (hugePages === false) return getOrClean(key, byteLength, flags)
  try {
    return getOrClean(key, byteLength, flags | sysvFlags.hugePages)
  } catch (cause) {
    if (!isSystemError(cause) || cause.code === 'EEXIST') throw cause
    if (hugePages === 'try') return getOrClean(key, byteLength, flags)
    throw new ShoalError(
      'SHOAL_SEGMENT_HUGE_PAGES',
      `The ${subject} cannot have huge pages: too few are reserved (sysctl vm.nr_hugepages) or this user may not use them (vm.hugetlb_shm_group)`,
      { cause },
    )
  }
}

/** What has the key may be the leftover of a dead process. */
function getOrClean(key: number, byteLength: number, flags: number): number {
  try {
    return getSysv(key, byteLength, flags)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST' || cleanNow().length === 0) throw cause
    return getSysv(key, byteLength, flags)
  }
}
