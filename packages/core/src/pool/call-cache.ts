import { isClosed, isSameView, type Segment, segmentOf, type TypedArray } from '../memory/index.js'
import { pack, type RegionCall } from '../protocol/index.js'

export interface PackedCall {
  readonly bytes: Uint8Array
  readonly segments: readonly Segment[]
  /** Equal for calls with equal bytes that need not be read again by who has read one; 0 for a call of its own. */
  readonly id: number
}

/**
 * Packs calls, and the last one only once: a loop of regions over the same memory neither encodes nor decodes anything after the first.
 * Only calls whose arguments can not have changed behind its back count as the same: primitive values, and views over segments.
 */
export class CallCache {
  #last: { readonly given: RegionCall; readonly call: RegionCall; readonly packed: PackedCall } | undefined
  #id = 0
  readonly #coversPlain: boolean

  /** `coversPlain` as `pack` has it. */
  constructor(coversPlain = false) {
    this.#coversPlain = coversPlain
  }

  pack(call: RegionCall): PackedCall {
    // A plan that is used again: nobody else has it. What has been closed meanwhile is refused below.
    if (call === this.#last?.given && isOpen(this.#last.packed)) return this.#last.packed
    const canRepeat = consistsOfConstants(call)
    if (canRepeat && this.#last !== undefined && isSame(call, this.#last.call)) return this.#last.packed
    const { bytes, segments } = pack(call, this.#coversPlain)
    if (!canRepeat) return { bytes, segments, id: 0 }
    this.#id = (this.#id + 1) | 0 || 1
    const packed = { bytes, segments, id: this.#id }
    // The array of arguments is the program's, which may change it.
    this.#last = { given: call, call: { work: call.work, args: [...call.args] }, packed }
    return packed
  }

  /** Keeps no segment alive longer than the calls that use it. */
  forget(): void {
    this.#last = undefined
  }
}

function isOpen({ segments }: PackedCall): boolean {
  for (const segment of segments) if (isClosed(segment)) return false
  return true
}

/** What the program has a hand in: arguments, what the kernels of a source get, and what a reduction starts from. */
function consistsOfConstants({ work, args }: RegionCall): boolean {
  if (!args.every(isConstant)) return false
  if (work.type === 'spmd') return true
  const identity = work.type === 'elements' && work.identity !== undefined && 'value' in work.identity ? work.identity.value : undefined
  return work.reads.length === 0 && isConstant(identity)
}

function isConstant(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'function'
  return ArrayBuffer.isView(value) && segmentOf(value as TypedArray) !== undefined
}

/** The plain data that the pool itself makes of a call, compared by content; views by where they lie. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return typeof a !== 'object' || a === null || isConstant(a) || Object.isFrozen(a)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (ArrayBuffer.isView(a)) return ArrayBuffer.isView(b) && isSameView(a, b) && isConstant(a)
  if (ArrayBuffer.isView(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) => isSame((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
}
