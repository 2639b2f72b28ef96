/** For `assert.throws`: whether an error carries `code`. */
export function hasCode(code: string): (error: unknown) => boolean {
  return (error) => (error as { code?: string }).code === code
}

/** What a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('expected a rejection')
}
