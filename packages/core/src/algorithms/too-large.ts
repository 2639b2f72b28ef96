import { ShoalError } from '../errors/index.js'

/** Tells the caller of an algorithm what to do where its result is too large for a region to bring: `message` says that. */
export async function orTooLarge<R>(result: Promise<R>, message: string): Promise<R> {
  try {
    return await result
  } catch (cause) {
    if (!(cause instanceof ShoalError) || cause.code !== 'SHOAL_REGION_TOO_LARGE') throw cause
    throw new ShoalError('SHOAL_REGION_TOO_LARGE', message, { cause })
  }
}
