import { isSameView } from '../memory/index.js'
import type { RegionSpec } from './region-spec.js'

/**
 * The last plan. Calls that are made again and again are planned once: an empty region takes not much longer than its planning does, and after a
 * pass over a large view the planning, out of the caches then, takes as long as a short region.
 */
export class PlanCache {
  #last: { readonly key: readonly unknown[]; readonly spec: RegionSpec } | undefined

  /** What `plan` makes is to depend on `key` alone, and to be of use more than once. Views are the same where they lie in the same place. */
  of(key: readonly unknown[], plan: () => RegionSpec): RegionSpec {
    if (this.#last !== undefined && isSameKey(key, this.#last.key)) return this.#last.spec
    const spec = plan()
    this.#last = { key, spec }
    return spec
  }

  /** Keeps no memory alive longer than the calls that use it. */
  forget(): void {
    this.#last = undefined
  }
}

function isSameKey(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!isSame(a[i], b[i])) return false
  return true
}

function isSame(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || (ArrayBuffer.isView(a) && ArrayBuffer.isView(b) && isSameView(a, b))
}
