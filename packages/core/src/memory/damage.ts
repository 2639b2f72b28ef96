import { damage, damageAt, damageOf, faultHandlersInPlace } from '@shoal/native'
import { ShoalError } from '../errors/index.js'
import { type Backing, subjectOf } from './backing.js'

/**
 * Reports what signal handlers had to mend, or what would need them: a segment that is damaged stays so.
 * @throws ShoalError SHOAL_SEGMENT_TRUNCATED, SHOAL_SEGMENT_IO, SHOAL_SEGMENT_READONLY
 */
export function throwIfDamaged(backing: Backing): void {
  const bits = damageBits(backing)
  if (bits === 0) return
  const subject = subjectOf(backing)
  if ((bits & damage.truncated) !== 0) {
    throw new ShoalError(
      'SHOAL_SEGMENT_TRUNCATED',
      `The ${subject} has been made shorter by somebody while it was mapped; what is beyond its end reads as zeros. Open it again`,
    )
  }
  if ((bits & damage.ioFailed) !== 0) {
    throw new ShoalError(
      'SHOAL_SEGMENT_IO',
      `A page of the ${subject} could not be read or allocated (failing device, or a sparse file on a full disk); it reads as zeros. Open it again`,
    )
  }
  throw new ShoalError(
    'SHOAL_SEGMENT_READONLY',
    `There was a store into the ${subject}, which is open for reading only; it stayed private to this process and changed nothing shared. Open it with access: 'readwrite' or 'copyonwrite'`,
  )
}

/**
 * Faults are mended by signal handlers, which a program must not replace.
 * @throws ShoalError SHOAL_SEGMENT_HANDLERS
 */
export function checkFaultHandlers(): void {
  if (faultHandlersInPlace()) return
  throw new ShoalError(
    'SHOAL_SEGMENT_HANDLERS',
    "This program has handlers of its own for SIGBUS or SIGSEGV, with which a fault in a mapped file would repeat for ever; remove process.on('SIGBUS') and process.on('SIGSEGV')",
  )
}

function damageBits({ mapping, kind, access, adopted, buffer }: Backing): number {
  if (mapping === undefined || (kind === 'anonymous' && access !== 'readonly')) return 0
  return adopted === true ? damageAt(new Uint8Array(buffer, 0, 1)) : damageOf(mapping)
}
