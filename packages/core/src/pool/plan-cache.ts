import { isSameView } from '../memory/index.js'
import type { KernelReference } from '../protocol/index.js'
import { kernelReference } from './kernel-reference.js'
import type { ResolvedRegionOptions } from './region-options.js'
import type { RegionSpec } from './region-spec.js'

/** An `spmd`, by what its plan depends on. The kernels are what workers know them by: a closure may be made for every call. */
export interface SpmdCall {
  readonly kernel: KernelReference
  readonly around: KernelReference | undefined
  readonly options: Pick<ResolvedRegionOptions, 'width' | 'retry' | 'maxAttempts'>
  readonly args: readonly unknown[]
}

/**
 * The last plan. Calls that are made again and again are planned once: an empty region takes not much longer than its planning does, and after a
 * pass over a large view the planning, out of the caches then, takes as long as a short region.
 */
export class PlanCache {
  #last: { readonly key: readonly unknown[]; readonly spec: RegionSpec } | undefined
  #lastSpmd: { readonly call: SpmdCall; readonly spec: RegionSpec } | undefined
  #lastKernel: { readonly kernel: unknown; readonly reference: KernelReference } | undefined

  /** What `plan` makes is to depend on `key` alone, and to be of use more than once. Views are the same where they lie in the same place. */
  of(key: readonly unknown[], plan: () => RegionSpec): RegionSpec {
    const last = this.#last
    if (last !== undefined && isSameList(key, last.key)) return last.spec
    const spec = plan()
    this.#last = { key, spec }
    return spec
  }

  /** The same of an `spmd`: word by word, since to make and compare a list takes a fortieth of an empty region. */
  ofSpmd(call: SpmdCall, plan: () => RegionSpec): RegionSpec {
    const last = this.#lastSpmd
    if (last !== undefined && isSameSpmd(call, last.call)) return last.spec
    const spec = plan()
    const { width, retry, maxAttempts } = call.options
    // The array is the program's, which may change it. What else its options hold is not to live on here.
    this.#lastSpmd = { call: { ...call, options: { width, retry, maxAttempts }, args: [...call.args] }, spec }
    return spec
  }

  /** `kernelReference` of a kernel that is given again and again. */
  referenceOf(kernel: unknown): KernelReference {
    const last = this.#lastKernel
    if (last !== undefined && kernel === last.kernel) return last.reference
    const reference = kernelReference('kernel', kernel)
    this.#lastKernel = { kernel, reference }
    return reference
  }

  /** Keeps no memory alive longer than the calls that use it. */
  forget(): void {
    this.#last = undefined
    this.#lastSpmd = undefined
    this.#lastKernel = undefined
  }
}

function isSameSpmd(a: SpmdCall, b: SpmdCall): boolean {
  return a.kernel === b.kernel && a.around === b.around && isSameOptions(a.options, b.options) && isSameList(a.args, b.args)
}

function isSameOptions(a: SpmdCall['options'], b: SpmdCall['options']): boolean {
  return a.width === b.width && a.retry === b.retry && a.maxAttempts === b.maxAttempts
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!isSame(a[i], b[i])) return false
  return true
}

function isSame(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || (ArrayBuffer.isView(a) && ArrayBuffer.isView(b) && isSameView(a, b))
}
