import { expectedType } from '../errors/index.js'
import { Barrier } from './barrier.js'
import type { SharedWords } from './place.js'
import type { SyncObject } from './sync-object.js'

/** The classes whose objects travel by reference, by name. */
const classes: Readonly<Record<string, { attach(view: SharedWords, index: number): SyncObject }>> = { Barrier }

/** The sync object of class `name` at `view[index]`. */
export function attachSync(name: string, view: SharedWords, index: number): SyncObject {
  const found = classes[name]
  if (found === undefined) throw expectedType('a sync object', Object.keys(classes).join(', '), name)
  return found.attach(view, index)
}
