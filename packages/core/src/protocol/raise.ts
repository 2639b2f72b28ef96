import { types } from 'node:util'
import type { Segment } from '../memory/index.js'
import { sync } from './later.js'
import { KEY, type Marker } from './marker.js'
import { viewClasses } from './view-classes.js'

/** Puts this side's memory in the place of markers. Changes the clone in place where it can. `segments` are this side's, as `lower` listed them. */
export function raise(value: unknown, segments: readonly Segment[]): unknown {
  return typeof value === 'object' && value !== null ? new Raising(segments).raise(value) : value
}

class Raising {
  readonly #segments: readonly Segment[]
  /** What became of each marker, and of each object that was looked into: what is there twice stays one. */
  readonly #seen = new Map<object, unknown>()

  constructor(segments: readonly Segment[]) {
    this.#segments = segments
  }

  raise(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
    const known = this.#seen.get(value)
    if (known !== undefined) return known
    const raised = KEY in value ? this.#marker(value as Marker) : value
    this.#seen.set(value, raised)
    if (raised === value) this.#into(value)
    return raised
  }

  #into(value: object): void {
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        const item: unknown = value[i]
        if (typeof item === 'object' && item !== null) value[i] = this.raise(item)
      }
    } else if (types.isMap(value)) {
      const entries = [...value].map(([key, item]) => [this.raise(key), this.raise(item)] as const)
      value.clear()
      for (const [key, item] of entries) value.set(key, item)
    } else if (types.isSet(value)) {
      const items = [...value].map((item) => this.raise(item))
      value.clear()
      for (const item of items) value.add(item)
    } else if (isPlain(value)) {
      const record = value as Record<string, unknown>
      for (const key of Object.keys(record)) {
        const item = record[key]
        if (typeof item === 'object' && item !== null) record[key] = this.raise(item)
      }
    }
  }

  #marker(marker: Marker): unknown {
    if (marker[KEY] === 'set') return sync().attachSetByKind(marker.kind, marker.id)
    if (marker[KEY] === 'sync') {
      return sync().attachByKind(marker.kind, this.#marker(marker.view) as Int32Array<SharedArrayBuffer>, marker.index)
    }
    const segment = this.#segments[marker.segment]!
    if (marker[KEY] !== 'view') return marker[KEY] === 'segment' ? segment : segment.buffer
    return new (viewClasses.get(marker.type)!)(segment.buffer, marker.byteOffset, marker.length)
  }
}

/** What structured clone makes of records; of another realm where the program runs in a context of its own, as under some test runners. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || (prototype !== null && Object.getPrototypeOf(prototype) === null)
}
