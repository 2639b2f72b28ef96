import type { Pool, SharedView, TypedArray, ViewConstructor } from '@shoal/core'
import { sharedInput, sortedCopy } from '../support/columns.js'
import { isBigInt, isFloat } from '../support/inputs.js'

export type Scalar = number | bigint
/** What stands before the arguments: a pool, or nothing. */
export type Before = readonly [] | readonly [Pool]

/** A view of one type, length and distribution, and what plain JavaScript says of it. */
export class Subject {
  readonly title: string
  readonly xs: SharedView
  readonly isFloat: boolean
  readonly isBigInt: boolean
  #sorted: TypedArray | undefined
  #isFinite: boolean | undefined

  constructor(
    readonly type: ViewConstructor,
    readonly length: number,
    readonly distribution: string,
  ) {
    this.title = `${type.name}, ${length} elements, ${distribution}`
    this.xs = sharedInput(type, length, distribution, 1 + (length % 7))
    this.isFloat = isFloat(type)
    this.isBigInt = isBigInt(type)
  }

  /** By the built-in sort. */
  get sorted(): TypedArray {
    this.#sorted ??= sortedCopy(this.xs)
    return this.#sorted
  }

  /** Whether no element is NaN or infinite. */
  get isFinite(): boolean {
    this.#isFinite ??= !this.isFloat || (this.xs as Float64Array).every((x) => Number.isFinite(x))
    return this.#isFinite
  }

  scalar(x: number): Scalar {
    return this.isBigInt ? BigInt(x) : x
  }

  /** What a loop over the elements that stores into a view of the type leaves. */
  each(of: (x: never, i: number) => Scalar, type: { new (length: number): TypedArray } = this.type as never): TypedArray {
    const into = new type(this.length)
    const { xs } = this
    for (let i = 0; i < into.length; i++) into[i] = of(xs[i] as never, i) as never
    return into
  }
}
