import * as assert from 'uvu/assert'

/** What the promise rejects with: for thrown values of every kind, `undefined` too. */
export async function reasonOf<E = Error & Record<string, unknown>>(promise: Promise<unknown>): Promise<E> {
  let value: unknown
  try {
    value = await promise
  } catch (error) {
    return error as E
  }
  return assert.unreachable(`expected a rejection but it resolved with ${String(value)}`) as never
}
