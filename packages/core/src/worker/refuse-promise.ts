/** @throws TypeError when a kernel of a region returned a promise: regions are synchronous. */
export function refusePromise<T>(value: T): T {
  if (typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function') {
    throw new TypeError(
      'Expected a synchronous kernel but it returned a promise: regions do not wait; async kernels are for run() and broadcast()',
    )
  }
  return value
}
