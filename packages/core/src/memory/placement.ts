import { addressOf, allowedCpus, collapseMapping, lockMapping, type Mapping, populateNow, setNumaPolicy, unmap } from '@shoal/native'
import { ShoalError } from '../errors/index.js'
import { checkRestOfBudget } from './memory-budget.js'
import type { AllocateOptions } from './options.js'
import { mappedBytes } from './smaps.js'
import { orUndo } from './undo.js'

const hugePage = 2 * 2 ** 20

/** Places a new mapping as asked, or lets go of it: its pages must not wait for the collector. */
export function place(subject: string, mapping: Mapping, byteLength: number, options: AllocateOptions): void {
  orUndo(
    () => unmap(mapping),
    () => placePages(subject, mapping, byteLength, options),
  )
}

/** The order matters: a policy counts for pages that are not there yet, huge pages are made of present ones. */
function placePages(subject: string, mapping: Mapping, byteLength: number, options: AllocateOptions): void {
  const { hugePages = false, prefault = false, lock = false, numa } = options
  if (numa !== undefined) setNumaPolicy(mapping, numa)
  if (prefault || lock || hugePages !== false) checkRestOfBudget(subject, mapping, byteLength)
  if (hugePages !== false) makeHuge(subject, mapping, byteLength, hugePages)
  if (prefault) populateNow(mapping, allowedCpus().length)
  if (lock) lockMapping(mapping)
}

/** Whether a mapping for these options must start at a border of huge pages. */
export function wantsHugePages(options: AllocateOptions): boolean {
  return options.hugePages === true || options.hugePages === 'try'
}

function makeHuge(subject: string, mapping: Mapping, byteLength: number, wanted: true | 'try'): void {
  let cause: unknown
  try {
    populateNow(mapping, allowedCpus().length)
    collapseMapping(mapping)
  } catch (error) {
    cause = error
  }
  if (wanted === 'try') return
  const { hugePageBytes } = mappedBytes(addressOf(mapping))
  const whole = Math.floor(byteLength / hugePage) * hugePage
  if (hugePageBytes >= whole) return
  throw new ShoalError(
    'SHOAL_SEGMENT_HUGE_PAGES',
    `The ${subject} got ${hugePageBytes} of ${whole} bytes in huge pages; use hugePages: 'try' to go on with what there is`,
    cause === undefined ? {} : { cause },
  )
}
