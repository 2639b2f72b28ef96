const zero = 0

/** A kernel that needs its module. */
export function byDistance(a: number, b: number): number {
  return Math.abs(a - zero) - Math.abs(b - zero)
}
