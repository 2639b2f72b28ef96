import { types } from 'node:util'
import { expectedType, otherCopies, ShoalError } from '../errors/index.js'
import { elementTypeOf } from '../kernels/index.js'
import { checkOpen, type ReadonlyView, type SharedView, segmentOf, type TypedArray } from '../memory/index.js'

/** What a one-thread form reads: any typed array, shared or not. */
export type Readable = TypedArray | ReadonlyView

/** @throws TypeError for what is no typed array; ShoalError `SHOAL_SEGMENT_CLOSED` for one over memory that has been let go of */
export function checkView(name: string, view: unknown): TypedArray {
  if (!types.isTypedArray(view)) throw expectedType(name, 'a typed array', view)
  if (elementTypeOf(view as TypedArray) === undefined) throw expectedType(name, 'a typed array of a type that is known here', view)
  checkOpen(name, view)
  return view as TypedArray
}

/** @throws TypeError for what is no typed array over a segment: only that is the same memory in the workers */
export function checkShared(name: string, view: unknown): SharedView {
  const checked = checkView(name, view)
  if (segmentOf(checked) === undefined) {
    const received = `a ${checked.constructor.name} over memory of no segment`
    throw new TypeError(
      `Expected a view over shared memory (make one with allocate() or share()) for ${name} but received ${received}${otherCopies()}`,
    )
  }
  return checked as SharedView
}

/** What the form with a pool, or that without, takes. */
export function checkFor(pool: unknown, name: string, view: unknown): TypedArray {
  return pool === undefined ? checkView(name, view) : checkShared(name, view)
}

/** @throws ShoalError `SHOAL_SEGMENT_READONLY` for a view that must not be stored into */
export function checkWritable<V extends TypedArray>(name: string, view: V): V {
  const segment = segmentOf(view)
  if (segment?.access === 'readonly') {
    throw new ShoalError(
      'SHOAL_SEGMENT_READONLY',
      `Expected a view that can be written to for ${name}, but its ${segment.kind} segment is readonly`,
    )
  }
  return view
}
