import { operateSemaphores, operateUntilEnd as operateUntilEndNative, semaphoreValue } from '@shoal/native'
import { ShoalError } from '../errors/index.js'
import { semaphoreSetError } from '../memory/index.js'

/** {@link operateSemaphores}. @throws ShoalError `SHOAL_SEMAPHORE_REMOVED`, `SHOAL_SEMAPHORE_ACCESS`. */
export function operate(id: number, operations: Int16Array, timeoutMs: number): boolean {
  return unlessRemoved(id, () => operateSemaphores(id, operations, timeoutMs))
}

/** {@link operateUntilEndNative}. @throws ShoalError `SHOAL_SEMAPHORE_REMOVED`, `SHOAL_SEMAPHORE_ACCESS`. */
export function operateUntilEnd(id: number, operations: Int16Array, reversal: Int16Array): (() => void) | undefined {
  return unlessRemoved(id, () => operateUntilEndNative(id, operations, reversal))
}

/** {@link semaphoreValue}. @throws ShoalError `SHOAL_SEMAPHORE_REMOVED`, `SHOAL_SEMAPHORE_ACCESS`. */
export function permitsOf(id: number, index: number): number {
  return unlessRemoved(id, () => semaphoreValue(id, index))
}

function unlessRemoved<T>(id: number, call: () => T): T {
  try {
    return call()
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code !== 'EINVAL' && code !== 'EIDRM') throw semaphoreSetError({ id }, cause)
    throw new ShoalError('SHOAL_SEMAPHORE_REMOVED', `The semaphores with id ${id} have been removed: create them again`, { cause })
  }
}
