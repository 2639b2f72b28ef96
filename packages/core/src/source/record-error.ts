import { requireOptions, ShoalError } from '../errors/index.js'

/**
 * A record of a file is not what the kernel expects. Kernels throw it with the absolute byte offset of the record;
 * the line number is counted only when the error is shown.
 *
 * @example throw new RecordError('expected ";" after the name', { path: chunk.path, byteOffset: chunk.start + i })
 */
export class RecordError extends ShoalError {
  readonly path: string
  readonly byteOffset: number

  constructor(reason: string, at: { path: string; byteOffset: number }) {
    super('SHOAL_RECORD_INVALID', reason)
    requireOptions(at, 'at', 'an object with path and byteOffset')
    this.path = at.path
    this.byteOffset = at.byteOffset
  }
}
Object.defineProperty(RecordError.prototype, 'name', { value: 'RecordError', writable: true, configurable: true })
