/** Object.is, for arrays element by element, and inside objects too. */
export function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b)
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b)) {
    const [left, right] = [Object.entries(a), b as Record<string, unknown>]
    return left.length === Object.keys(b).length && left.every(([name, value]) => name in right && isSame(value, right[name]))
  }
  const [x, y] = [a, b].map((view) => Buffer.from(view.buffer, view.byteOffset, view.byteLength))
  return a.constructor === b.constructor && x!.equals(y!)
}
