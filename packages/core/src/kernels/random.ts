import { kernelRandom } from '@shoal/native'
import type { TypedArray } from '../memory/index.js'
import type { Stretch } from './stretch.js'

/** @param sequence [seed, stream, first, span] @param bounds [low, high]; see `kernelRandom` */
export function randomStretch({ source, start, end }: Stretch<TypedArray>, sequence: BigUint64Array, bounds: Float64Array): void {
  kernelRandom(source, start, end, sequence, bounds)
}
