import type { HandOver } from '../memory/index.js'

/** What the parent tells a worker about segments, in order: here is one (with its buffer or descriptor), or forget one. */
export type Attachment = { readonly type: 'attach'; readonly data: HandOver } | { readonly type: 'drop'; readonly id: string }
