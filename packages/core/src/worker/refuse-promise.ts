import { ShoalError } from '../errors/index.js'

/** @throws ShoalError `SHOAL_KERNEL_ASYNC` when a kernel of a region returned a promise: regions are synchronous. */
export function refusePromise<T>(value: T): T {
  if (typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function') {
    throw new ShoalError('SHOAL_KERNEL_ASYNC', 'The kernel returned a promise, and regions do not wait: give it to run() or broadcast()')
  }
  return value
}
