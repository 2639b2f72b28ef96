import { types } from 'node:util'
import { ShoalError } from '../errors/index.js'
import type { Kernel } from './kernel-cache.js'

/** @throws ShoalError `SHOAL_KERNEL_ASYNC` when a kernel of a region returned a promise: regions are synchronous. */
export function refusePromise<T>(value: T): T {
  if (typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function') {
    throw asyncError('The kernel returned a promise')
  }
  return value
}

/** @throws ShoalError `SHOAL_KERNEL_ASYNC` before a kernel of a region is called, if it is known to return promises. */
export function refuseAsync(kernel: Kernel): Kernel {
  if (types.isAsyncFunction(kernel)) throw asyncError(`The kernel ${kernel.name} is async`)
  return kernel
}

/** For a kernel whose results go to itself again before anybody looks at them. */
export function refusingPromises(kernel: Kernel): Kernel {
  refuseAsync(kernel)
  return (a, b) => refusePromise(kernel(a, b))
}

function asyncError(what: string): ShoalError {
  return new ShoalError('SHOAL_KERNEL_ASYNC', `${what}, and regions do not wait: give it to run() or broadcast()`)
}
