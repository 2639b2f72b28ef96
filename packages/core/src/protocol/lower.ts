import { types } from 'node:util'
import { otherCopies, ShoalError } from '../errors/index.js'
import { checkOpen, coverPlain, plainSegmentOf, Segment, segmentOf, type TypedArray } from '../memory/index.js'
import { SyncObject, SyncSet } from '../sync/index.js'
import { sync } from './later.js'
import { KEY } from './marker.js'

/** What travels by reference, whichever copy of this library has made it. */
const byReference: unique symbol = Symbol.for('shoal.byReference') as never
for (const made of [Segment, SyncObject, SyncSet]) Object.defineProperty(made.prototype, byReference, { value: true })
/** Of what structured clone looks at more than the properties, or at none. */
const EXOTIC = [types.isNativeError, types.isDate, types.isRegExp, types.isBoxedPrimitive, types.isArrayBuffer]
/** In the place of what has become of an object, while that is not known yet. */
const LOOKED_AT = Symbol('looked at')

export interface Lowered {
  readonly value: unknown
  /** What the markers count. */
  readonly segments: readonly Segment[]
  /** Whether there is shared memory of no segment, which goes by reference between threads, and no further. */
  readonly hasPlainShared: boolean
}

/**
 * Shared memory travels by reference: before a value is cloned, markers take the place of views over segments, their buffers, `Segment`s and
 * sync objects, at any depth of arrays, maps, sets and plain objects; `raise` is its inverse. Leaves `value` itself untouched: what has to
 * change is copied, what has not is used as it is.
 */
export function lower(value: unknown, coversPlain = false): Lowered {
  let lowering = new Lowering(coversPlain)
  let lowered = lowering.lower(value)
  if (lowering.isCyclic && lowering.segments.length > 0) {
    lowering = new Lowering(coversPlain, true)
    lowered = lowering.lower(value)
  }
  return { value: lowered, segments: lowering.segments, hasPlainShared: lowering.hasPlainShared }
}

class Lowering {
  readonly segments: Segment[] = []
  hasPlainShared = false
  isCyclic = false
  readonly #seen = new Map<object, unknown>()
  readonly #coversPlain: boolean
  readonly #copiesAll: boolean

  /** In a cycle nobody knows yet whether the object that it closes at will have to be copied: with `copiesAll` every one is. */
  constructor(coversPlain: boolean, copiesAll = false) {
    this.#coversPlain = coversPlain
    this.#copiesAll = copiesAll
  }

  lower(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value
    const known = this.#seen.get(value)
    if (known === LOOKED_AT) {
      this.isCyclic = true
      return value
    }
    if (known !== undefined) return known
    this.#seen.set(value, LOOKED_AT)
    const lowered = this.#lowerObject(value)
    this.#seen.set(value, lowered)
    return lowered
  }

  #lowerObject(value: object): unknown {
    if (ArrayBuffer.isView(value)) return this.#view(value)
    if (types.isSharedArrayBuffer(value)) return this.#buffer(value)
    if (value instanceof Segment) return { [KEY]: 'segment', segment: this.#reference(value) }
    if (value instanceof SyncObject) {
      return { [KEY]: 'sync', kind: sync().kindOf(value), view: this.#view(value.view), index: value.index }
    }
    if (Array.isArray(value)) return this.#array(value)
    if (types.isMap(value)) return this.#map(value)
    if (types.isSet(value)) return this.#set(value)
    if (value instanceof SyncSet) return { [KEY]: 'set', kind: sync().setKindOf(value), id: value.id }
    if (byReference in value) throw ofAnotherCopy(value)
    return isOrdinary(value) ? this.#record(value as Record<string, unknown>) : value
  }

  /** `copy` stands for `original` already while it is being filled. */
  #begin<T extends object>(original: object, copy: () => T): T | undefined {
    if (!this.#copiesAll) return undefined
    const begun = copy()
    this.#seen.set(original, begun)
    return begun
  }

  #view(view: ArrayBufferView): unknown {
    const segment = segmentOf(view as TypedArray) ?? this.#plain(view)
    if (segment === undefined) return view
    const type = Buffer.isBuffer(view) ? 'Buffer' : (view as unknown as { [Symbol.toStringTag]: string })[Symbol.toStringTag]
    const length = 'length' in view ? (view.length as number) : view.byteLength
    return { [KEY]: 'view', type, segment: this.#reference(segment), byteOffset: view.byteOffset, length }
  }

  #buffer(buffer: SharedArrayBuffer): unknown {
    const segment = segmentOf(buffer) ?? this.#plain({ buffer })
    return segment === undefined ? buffer : { [KEY]: 'buffer', segment: this.#reference(segment) }
  }

  #plain(view: Pick<ArrayBufferView, 'buffer'>): Segment | undefined {
    const { buffer } = view
    if (!types.isSharedArrayBuffer(buffer)) return undefined
    checkOpen('a value that is sent', view)
    const segment = plainSegmentOf(buffer) ?? (this.#coversPlain ? coverPlain(buffer) : undefined)
    if (segment === undefined) this.hasPlainShared = true
    return segment
  }

  #array(items: unknown[]): unknown {
    let copy = this.#begin(items, () => items.slice())
    for (let i = 0; i < items.length; i++) {
      const item = items[i]
      if (typeof item !== 'object' || item === null) continue
      const lowered = this.lower(item)
      if (lowered === item) continue
      copy ??= items.slice()
      copy[i] = lowered
    }
    return copy ?? items
  }

  #map(map: Map<unknown, unknown>): unknown {
    const begun = this.#begin(map, () => new Map())
    let changed = begun !== undefined
    const copy = begun ?? new Map()
    for (const [key, item] of map) {
      const [loweredKey, loweredItem] = [this.lower(key), this.lower(item)]
      changed ||= loweredKey !== key || loweredItem !== item
      copy.set(loweredKey, loweredItem)
    }
    return changed ? copy : map
  }

  #set(set: Set<unknown>): unknown {
    const begun = this.#begin(set, () => new Set())
    let changed = begun !== undefined
    const copy = begun ?? new Set()
    for (const item of set) {
      const lowered = this.lower(item)
      changed ||= lowered !== item
      copy.add(lowered)
    }
    return changed ? copy : set
  }

  #record(record: Record<string, unknown>): unknown {
    let copy = this.#begin(record, () => ({ ...record }))
    for (const key of Object.keys(record)) {
      if (key === KEY)
        throw new ShoalError('SHOAL_VALUE_UNCLONEABLE', `Expected no property ${JSON.stringify(KEY)}, which stands for shared memory`)
      const item = record[key]
      if (typeof item !== 'object' || item === null) continue
      const lowered = this.lower(item)
      if (lowered === item) continue
      copy ??= { ...record }
      copy[key] = lowered
    }
    return copy ?? record
  }

  #reference(segment: Segment): number {
    const found = this.segments.indexOf(segment)
    return found !== -1 ? found : this.segments.push(segment) - 1
  }
}

/**
 * Of an instance of a class structured clone copies the properties, whatever the class calls itself by `Symbol.toStringTag`; what is no ordinary
 * object it treats in a way of its own. Platform objects have such names too, and no properties.
 */
function isOrdinary(value: object): boolean {
  if (Object.prototype.toString.call(value) === '[object Object]') return true
  return Object.keys(value).length > 0 && !EXOTIC.some((is) => is(value))
}

function ofAnotherCopy(value: object): ShoalError {
  const what = `Expected a ${value.constructor.name} of the library that the pool is of but received one of another copy`
  return new ShoalError('SHOAL_VALUE_UNCLONEABLE', `${what}${otherCopies()}`)
}
