/** The error that `promise` rejects with, for a test to look at. */
export async function rejection(promise: Promise<unknown>): Promise<Error & { readonly code?: string }> {
  const [outcome] = await Promise.allSettled([promise])
  if (outcome.status === 'fulfilled') throw new Error('Expected a rejection but the promise was fulfilled', { cause: outcome.value })
  if (!(outcome.reason instanceof Error)) throw new Error('Expected a rejection with an Error', { cause: outcome.reason })
  return outcome.reason
}
