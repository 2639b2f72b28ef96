import type { Segment } from '../memory/index.js'
import type { Control, KernelDefinition, KernelReference } from '../protocol/index.js'
import { Attachments } from './attachments.js'
import { Member } from './member.js'
import { runRegionSync } from './run-region.js'

/** The segments of the creating thread are there already. */
class OwnSegments extends Attachments {
  segments: readonly Segment[] = []

  override update(): void {}

  override take(ids: readonly string[]): Segment[] {
    return ids.map((id) => this.segments.find((segment) => segment.id === id)!)
  }

  protected receive(): never {
    throw new TypeError('Expected no segments to be sent to the calling thread')
  }
}

const members = new WeakMap<Control, { member: Member; own: OwnSegments }>()

/** What `…Sync` calls run on the calling thread, as rank 0. Reached by URL, as the other entry points of this room are. */
export default {
  run(
    control: Control,
    { slot, entry }: { slot: number; entry: number },
    segments: readonly Segment[],
    kernels: readonly [KernelReference, KernelDefinition][],
  ): void {
    let mine = members.get(control)
    if (mine === undefined) {
      const own = new OwnSegments()
      // It never rings: whoever would be rung is this thread, and looks for itself.
      mine = { own, member: new Member({ rank: 0, control, doorbellFd: -1, attachments: own }) }
      members.set(control, mine)
    }
    mine.own.segments = segments
    for (const [reference, definition] of kernels) mine.own.kernels.define(reference, definition)
    runRegionSync(mine.member, slot, entry)
    mine.own.segments = []
  },
}
