/** Whether two views are of one type and over the same elements. Views are made anew for each call and by each reference, so no identity tells. */
export function isSameView(a: ArrayBufferView, b: ArrayBufferView): boolean {
  return a.buffer === b.buffer && a.byteOffset === b.byteOffset && a.byteLength === b.byteLength && a.constructor === b.constructor
}
