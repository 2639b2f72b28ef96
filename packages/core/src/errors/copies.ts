const all: unique symbol = Symbol.for('shoal.copies') as never
const shared = globalThis as { [all]?: Set<string> }
shared[all] ??= new Set()
/** Of this library in this thread, by the folders that they are in: two that want different versions may each have brought one. */
const copies = shared[all]
copies.add(import.meta.filename.replace(/\/(bundle|dist)\/.*/, ''))

/** What to say of an object that should have been known: nothing where there is one copy of this library. */
export function otherCopies(): string {
  if (copies.size === 1) return ''
  return `; this program has loaded ${copies.size} copies of @shoal/core (${[...copies].join(', ')}), and what one has made the others do not know: see that all of it imports one`
}
