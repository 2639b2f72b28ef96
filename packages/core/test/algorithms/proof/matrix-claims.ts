import type { TypedArray } from '@shoal/core'
import * as par from '@shoal/core/algorithms'
import type { Claim } from './claims.js'
import { isNear, realSum } from './plain-sums.js'
import type { Subject } from './subject.js'

type Loose = (...args: unknown[]) => unknown
const a = par as unknown as Record<string, Loose>

interface Sizes {
  readonly rows: number
  readonly inner: number
  readonly columns: number
}

/** One element, a row, a column, primes; a little more than tiles of the product (192 × 384) and than blocks of what is added (256) hold. */
const sizes: readonly Sizes[] = [
  [1, 1, 1],
  [1, 1009, 1],
  [1009, 1, 3],
  [7, 257, 25],
  [97, 97, 97],
  [1, 300, 400],
  [193, 3, 385],
  [211, 257, 5],
].map(([rows, inner, columns]) => ({ rows, inner, columns }) as Sizes)

/** Those of which the subject has as many elements, from its beginning and from its end on. */
function factorsOf({ xs, length }: Subject): readonly (Sizes & { readonly left: TypedArray; readonly right: TypedArray })[] {
  return sizes
    .filter(({ rows, inner, columns }) => Math.max(rows, columns) * inner <= length)
    .map((one) => ({ ...one, left: xs.subarray(0, one.rows * one.inner), right: xs.subarray(length - one.inner * one.columns) }))
}

/** Each element a sum over `inner`, rounded in the element type at every step. */
function isProduct(product: TypedArray, factors: ReturnType<typeof factorsOf>[number], isInfinite: boolean): boolean {
  const { rows, inner, columns, left, right } = factors
  const isShort = left.BYTES_PER_ELEMENT === 4
  const relative = (inner + 2) * (isShort ? 2 ** -24 : 2 ** -53)
  const largest = isShort ? 3.4e38 : Number.MAX_VALUE
  if (product.constructor !== left.constructor || product.length !== rows * columns) return false
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const term = (k: number): number => (left[row * inner + k] as number) * (right[k * columns + column] as number)
      const found = product[row * columns + column] as number
      const exact = realSum(inner, term)
      if (Number.isNaN(exact.magnitude)) {
        if (!Number.isNaN(found)) return false
      } else if (isInfinite && exact.magnitude === Number.POSITIVE_INFINITY) {
        if (Number.isFinite(found)) return false
      } else if (exact.magnitude < largest && !isNear(found, exact, relative)) return false
    }
  }
  return true
}

export const matrixClaims: Readonly<Record<string, Claim>> = {
  matmul: {
    applies: ({ isFloat, type, length }) => isFloat && type.BYTES_PER_ELEMENT >= 4 && length > 0,
    call: (before, subject) =>
      Promise.all(factorsOf(subject).map(({ left, right, inner }) => a.matmul!(...before, left, right, { inner }))),
    holds: (products: readonly TypedArray[], subject) => {
      const factors = factorsOf(subject)
      const { distribution } = subject
      return (
        products.length === factors.length && products.every((product, i) => isProduct(product, factors[i]!, distribution === 'infinities'))
      )
    },
  },
}
