import { Frame, RetryMode, Slot } from '../protocol/index.js'
import { NeighbourTree } from '../schedule/index.js'
import type { Kernel } from './kernel-cache.js'
import type { Region } from './region.js'

/**
 * The partial results of an entry's chunks. They are combined with their neighbours as they come, and brought when the entry leaves; with
 * `retry: 'preimage'` each is brought at once, since a chunk that counts as done must not lose its partial.
 */
export class Partials {
  readonly #region: Region
  readonly #combine: Kernel
  #tree: NeighbourTree<unknown>
  readonly #bringsAtOnce: boolean

  constructor(region: Region, combine: Kernel) {
    this.#region = region
    this.#combine = combine
    this.#tree = this.#newTree()
    this.#bringsAtOnce = region.words[region.base + Slot.retry] === RetryMode.preimage
  }

  add(index: number, value: unknown): void {
    if (this.#bringsAtOnce) this.#region.bring(Frame.node, 0, index, value)
    else this.#tree.add(0, index, value)
  }

  /** Before the entry leaves, and again for what the last one out has added since. */
  bring(): void {
    if (this.#region.failed) return
    for (const node of this.#tree.nodes()) this.#region.bring(Frame.node, node.level, node.index, node.value)
    this.#tree = this.#newTree()
  }

  /** For the last one out: what is left of all entries, along the same tree. */
  combineAll(): void {
    const region = this.#region
    const tree = this.#newTree()
    for (const frame of region.log.frames()) {
      if (frame.type !== Frame.node) continue
      tree.add(
        frame.major,
        frame.minor,
        frame.value((ids) => region.member.attachments.takeReturned(ids)),
      )
    }
    const [root] = tree.nodes()
    region.bring(Frame.result, 0, 0, root?.value)
  }

  #newTree(): NeighbourTree<unknown> {
    return new NeighbourTree<unknown>(this.#region.words[this.#region.base + Slot.chunkCount]!, this.#combine)
  }
}
