import { kernelFill } from '@shoal/native'
import type { TypedArray } from '../memory/index.js'
import type { Stretch } from './stretch.js'

export function fillStretch({ source, start, end }: Stretch<TypedArray>, value: number | bigint): void {
  kernelFill(source, start, end, value)
}
