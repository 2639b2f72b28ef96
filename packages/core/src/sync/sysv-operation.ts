import { operateSemaphores, operateUntilEnd as operateUntilEndNative, semaphoreValue } from '@shoal/native'
import { ShoalError } from '../errors/index.js'

/** EIDRM, for which libuv has no name: removed while this thread slept. */
const removedMeanwhile = -43

/** {@link operateSemaphores}. @throws ShoalError `SHOAL_SEMAPHORE_REMOVED`. */
export function operate(id: number, operations: Int16Array, timeoutMs: number): boolean {
  return unlessRemoved(id, () => operateSemaphores(id, operations, timeoutMs))
}

/** {@link operateUntilEndNative}. @throws ShoalError `SHOAL_SEMAPHORE_REMOVED`. */
export function operateUntilEnd(id: number, operations: Int16Array, reversal: Int16Array): (() => void) | undefined {
  return unlessRemoved(id, () => operateUntilEndNative(id, operations, reversal))
}

/** {@link semaphoreValue}. @throws ShoalError `SHOAL_SEMAPHORE_REMOVED`. */
export function permitsOf(id: number, index: number): number {
  return unlessRemoved(id, () => semaphoreValue(id, index))
}

function unlessRemoved<T>(id: number, call: () => T): T {
  try {
    return call()
  } catch (cause) {
    const { code, errno } = cause as NodeJS.ErrnoException
    if (code !== 'EINVAL' && errno !== removedMeanwhile) throw cause
    throw new ShoalError('SHOAL_SEMAPHORE_REMOVED', `The semaphores with id ${id} have been removed: create them again`, { cause })
  }
}
