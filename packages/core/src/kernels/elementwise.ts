import { kernelAdd, kernelAxpy, kernelClamp, kernelConvert, kernelFill, kernelIota, kernelMultiply, kernelScale } from '@shoal/native'
import type { TypedArray } from '../memory/index.js'
import type { Stretch } from './stretch.js'

type Scalar = number | bigint
/** Where results go; in place where there is no such view: a region that keeps pre-images wants its source named once. */
type Into = TypedArray | undefined

export function fillStretch({ source, start, end }: Stretch<TypedArray>, value: Scalar): void {
  kernelFill(source, start, end, value)
}

export function iotaStretch({ source, start, end }: Stretch<TypedArray>, first: Scalar, step: Scalar): void {
  kernelIota(source, start, end, start, first, step)
}

export function scaleStretch({ source, start, end }: Stretch<TypedArray>, factor: Scalar, into: Into): void {
  kernelScale(source, start, end, into ?? source, start, factor)
}

export function axpyStretch({ source, start, end }: Stretch<TypedArray>, factor: Scalar, xs: TypedArray): void {
  kernelAxpy(source, start, end, xs, start, factor)
}

export function addStretch({ source, start, end }: Stretch<TypedArray>, ys: TypedArray, into: Into): void {
  kernelAdd(source, start, end, ys, start, into ?? source, start)
}

export function multiplyStretch({ source, start, end }: Stretch<TypedArray>, ys: TypedArray, into: Into): void {
  kernelMultiply(source, start, end, ys, start, into ?? source, start)
}

export function clampStretch({ source, start, end }: Stretch<TypedArray>, least: Scalar, most: Scalar, into: Into): void {
  kernelClamp(source, start, end, into ?? source, start, least, most)
}

export function convertStretch({ source, start, end }: Stretch<TypedArray>, into: Into): void {
  kernelConvert(source, start, end, into ?? source, start)
}
