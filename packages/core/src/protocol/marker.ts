import type { SetKind, SyncKind } from '../sync/index.js'

/** What a marker is told by; other objects may not have it. */
export const KEY = '\0shoal.reference'

/** What stands for shared memory in a value that is cloned: `lower` puts it there, `raise` takes it for this side's memory. */
export type Marker =
  | { readonly [KEY]: 'view'; readonly type: string; readonly segment: number; readonly byteOffset: number; readonly length: number }
  | { readonly [KEY]: 'buffer'; readonly segment: number }
  | { readonly [KEY]: 'segment'; readonly segment: number }
  | { readonly [KEY]: 'set'; readonly kind: SetKind; readonly id: number }
  | { readonly [KEY]: 'sync'; readonly kind: SyncKind; readonly view: Marker; readonly index: number }
