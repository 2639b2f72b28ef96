import { types } from 'node:util'
import { ShoalError } from '../errors/index.js'
import type { Segment } from '../memory/index.js'
import { type Control, type KernelDefinition, type KernelReference, lower, pack, raise, TraceRing, unpack } from '../protocol/index.js'
import { Attachments } from './attachments.js'
import { Member } from './member.js'
import { runRegionSync } from './run-region.js'

const NO_SEGMENTS: readonly Segment[] = []

/** The segments of the creating thread are there already. */
class OwnSegments extends Attachments {
  segments: readonly Segment[] = NO_SEGMENTS

  override update(): void {}

  override take(ids: readonly string[]): Segment[] {
    return ids.map((id) => this.segments.find((segment) => segment.id === id)!)
  }

  protected receive(): never {
    throw new TypeError('Expected no segments to be sent to the calling thread')
  }
}

/** The calling thread as a member of a pool. */
interface OwnMember {
  readonly member: Member
  readonly own: OwnSegments
}

interface Preparation {
  readonly setup: { readonly kernel: KernelReference; readonly args: readonly unknown[]; readonly definition: KernelDefinition } | undefined
  readonly trace: SharedArrayBuffer | undefined
}

/** As workers get them: of its own, but for shared memory. */
function copyOf(args: readonly unknown[]): unknown[] {
  const { value, segments, hasPlainShared } = lower(args)
  const copy = hasPlainShared ? raise(structuredClone(value), segments) : unpack(pack(args).bytes, () => segments)
  return copy as unknown[]
}

const members = new WeakMap<Control, OwnMember>()

function memberOf(control: Control): OwnMember {
  let mine = members.get(control)
  if (mine === undefined) {
    const own = new OwnSegments()
    // It never rings: whoever would be rung is this thread, and looks for itself.
    mine = { own, member: new Member({ rank: 0, control, doorbellFd: -1, attachments: own }) }
    members.set(control, mine)
  }
  return mine
}

/** What `…Sync` calls run on the calling thread, as rank 0. Reached by name, as the other entry points of this room are. */
export default {
  prepare(control: Control, { setup, trace }: Preparation): void {
    const { member, own } = memberOf(control)
    if (trace !== undefined) own.trace = new TraceRing(trace, 0)
    if (setup === undefined) return
    own.kernels.define(setup.kernel, setup.definition)
    const local = own.kernels.require(setup.kernel)(...copyOf(setup.args))
    if (types.isPromise(local)) {
      throw new ShoalError(
        'SHOAL_POOL_SETUP_ASYNC',
        'Expected a setup that is a synchronous function, since the calling thread of a synchronous call runs it too',
      )
    }
    member.local = local
  },

  forget(control: Control): void {
    members.get(control)?.member.forget()
  },

  release(control: Control): void {
    members.delete(control)
  },

  define(control: Control, kernel: KernelReference, definition: KernelDefinition): void {
    memberOf(control).own.kernels.define(kernel, definition)
  },

  run(control: Control, { slot, entry }: { slot: number; entry: number }, segments: readonly Segment[], onPause: () => void): void {
    const { member, own } = memberOf(control)
    own.segments = segments
    member.onPause = onPause
    runRegionSync(member, slot, entry)
    own.segments = NO_SEGMENTS
    member.onPause = undefined
  },
}
