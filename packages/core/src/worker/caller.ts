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

/** The calling thread as rank 0 of a pool: what it runs of `…Sync` calls. */
class Caller {
  readonly #own = new OwnSegments()
  readonly #member: Member

  constructor(control: Control) {
    // It never rings: whoever would be rung is this thread, and looks for itself.
    this.#member = new Member({ rank: 0, control, doorbellFd: -1, attachments: this.#own })
  }

  prepare({ setup, trace }: Preparation): void {
    if (trace !== undefined) this.#own.trace = new TraceRing(trace, 0)
    if (setup === undefined) return
    const { kernels } = this.#own
    kernels.define(setup.kernel, setup.definition)
    const local = kernels.require(setup.kernel)(...copyOf(setup.args))
    if (types.isPromise(local)) {
      throw new ShoalError(
        'SHOAL_POOL_SETUP_ASYNC',
        'Expected a setup that is a synchronous function, since the calling thread of a synchronous call runs it too',
      )
    }
    this.#member.local = local
  }

  forget(): void {
    this.#member.forget()
  }

  define(kernel: KernelReference, definition: KernelDefinition): void {
    this.#own.kernels.define(kernel, definition)
  }

  run(slot: number, entry: number, segments: readonly Segment[], onPause: () => void): void {
    this.#own.segments = segments
    this.#member.onPause = onPause
    runRegionSync(this.#member, slot, entry)
    this.#own.segments = NO_SEGMENTS
    this.#member.onPause = undefined
  }
}

/** Reached by name, as the other entry points of this room are. */
export default (control: Control): Caller => new Caller(control)
