import type { Barrier } from '../sync/index.js'
import { ControlLayout } from './control-layout.js'
import type { RegionLog } from './region-log.js'
import { Slot } from './words.js'

/** A control segment, seen from one side: its views, and what each slot has in it, made once. */
export class Control {
  readonly layout: ControlLayout
  readonly buffer: SharedArrayBuffer
  readonly words: Int32Array<SharedArrayBuffer>
  readonly doubles: Float64Array<SharedArrayBuffer>
  readonly #logs: (RegionLog | undefined)[]
  readonly #barriers: ({ readonly parties: number; readonly barrier: Barrier } | undefined)[]

  constructor(buffer: SharedArrayBuffer, size: number) {
    this.layout = new ControlLayout(size)
    this.buffer = buffer
    // The words end where the logs begin, so that one view of either side stays below every limit.
    const byteLength = this.layout.logOffset(0)
    this.words = new Int32Array(buffer, 0, byteLength / 4)
    this.doubles = new Float64Array(buffer, 0, byteLength / 8)
    this.#logs = new Array(this.layout.slots).fill(undefined)
    this.#barriers = new Array(this.layout.slots).fill(undefined)
  }

  /** What the slot's entries bring. The class is the caller's: not every worker loads it. */
  log(slot: number, Log: typeof RegionLog): RegionLog {
    this.#logs[slot] ??= new Log(this, slot)
    return this.#logs[slot]
  }

  /** For the parent, before an `spmd` region: the slot's barrier, with nobody arrived. The class is the caller's, too. */
  prepareBarrier(slot: number, parties: number, make: typeof Barrier): void {
    const known = this.#barriers[slot]
    if (known?.parties === parties) known.barrier.renew()
    else this.#barriers[slot] = { parties, barrier: make.create(this.words, this.layout.slot(slot) + Slot.barrier, { parties }) }
  }

  /** The slot's barrier, once it is prepared. */
  barrier(slot: number, parties: number, make: typeof Barrier): Barrier {
    const known = this.#barriers[slot]
    if (known?.parties === parties) return known.barrier
    const barrier = make.attach(this.words, this.layout.slot(slot) + Slot.barrier)
    this.#barriers[slot] = { parties, barrier }
    return barrier
  }
}
