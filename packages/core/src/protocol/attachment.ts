import type { HandOver } from '../memory/index.js'
import type { KernelDefinition, KernelReference } from './kernel-reference.js'

/** What the parent tells a worker ahead of calls, in order: here is a segment (with its buffer or descriptor), forget one, here is a kernel. */
export type Attachment =
  | { readonly type: 'attach'; readonly data: HandOver }
  /** Where this rank writes its trace. */
  | { readonly type: 'trace'; readonly rank: number; readonly data: HandOver }
  | { readonly type: 'drop'; readonly id: string }
  | { readonly type: 'kernel'; readonly reference: KernelReference; readonly definition: KernelDefinition }
