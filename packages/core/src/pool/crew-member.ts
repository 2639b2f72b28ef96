import { futexWake, lifeAlive, waitWhile } from '@shoal/native'
import { handOver, type Segment } from '../memory/index.js'
import {
  type Attachment,
  type Control,
  commandOf,
  type KernelReference,
  LEAVE,
  postOf,
  Rank,
  RECEIVE,
  State,
  type TaskResult,
} from '../protocol/index.js'
import { definitionOf } from './kernel-reference.js'
import type { Task } from './task.js'
import type { WorkerHandle } from './worker-handle.js'

/** How long the parent sleeps at most between two looks at a socket that is full. */
const FULL_SLICE_MS = 5

/** One worker, by the words of its rank: sent into its loop and out, given segments and kernels, and told to forget them. */
export class CrewMember {
  readonly rank: number
  readonly handle: WorkerHandle
  /** Whether it may be given work; until then its end is the business of who starts it. */
  isReady = false
  /** Whether it is being ended: it may finish what it was ended for, and live for a moment more. */
  isEnding = false
  readonly #control: Control
  /** False from its end on: the words of the rank may be another's then. */
  readonly #isCurrent: (member: CrewMember) => boolean
  /** Pending while the worker is in its loop, or on its way. */
  #loop: Promise<void> | undefined
  /** The post that has told it to leave this loop. */
  #leavePost: number | undefined
  /** Ids of the segments that it has. */
  readonly #has = new Set<string>()
  /** Ids of the kernels that it knows. */
  readonly #knows = new Set<number>()
  /** Ids of segments that it will be told to forget when it is told of anything else. */
  readonly #drops: string[] = []
  /** Segments that the program has let go of must not live on in the worker. */
  readonly #collected = new FinalizationRegistry<string>((id) => this.drop(id))

  constructor(control: Control, rank: number, handle: WorkerHandle, isCurrent: (member: CrewMember) => boolean) {
    this.#control = control
    this.rank = rank
    this.handle = handle
    this.#isCurrent = isCurrent
  }

  /** Pending while the worker is in its loop, or on its way; undefined when it is not. */
  get loop(): Promise<void> | undefined {
    return this.#loop
  }

  /** Whether it can be given work. One that has just died can not, even before its end has been reported, nor one that is about to. */
  get isThere(): boolean {
    const { words, layout } = this.#control
    return this.isReady && !this.isEnding && Atomics.load(words, layout.rank(this.rank) + Rank.state) === State.alive && this.isAlive
  }

  /** Whether its thread or process lives, by its life word: for a caller whose event loop stands still. */
  get isAlive(): boolean {
    return lifeAlive(this.#control.words, this.#control.layout.rank(this.rank) + Rank.life)
  }

  /** Makes sure that it, which has nothing to do yet, has these segments and knows these kernels when it looks at its next command. */
  equip(segments: readonly Segment[], kernels: readonly KernelReference[]): void {
    this.#attach(segments)
    this.#introduce(kernels)
  }

  #attach(segments: readonly Segment[]): void {
    this.#flushDrops()
    for (const segment of segments) {
      if (this.#has.has(segment.id)) continue
      this.#collected.register(segment, segment.id)
      this.send({ type: 'attach', data: handOver(segment).data }, segment)
      this.#has.add(segment.id)
    }
  }

  #introduce(kernels: readonly KernelReference[]): void {
    for (const reference of kernels) {
      if (this.#knows.has(reference.id)) continue
      this.send({ type: 'kernel', reference, definition: definitionOf(reference) })
      this.#knows.add(reference.id)
    }
  }

  /** It will let go of the segment before its next region, or when it leaves its loop. */
  drop(id: string): void {
    if (this.#has.delete(id)) this.#drops.push(id)
  }

  /** Posts a region to it; it enters its loop first if it is not there. */
  post(slot: number, entry: number): void {
    this.#command(slot, entry)
    this.#enter()
  }

  /** Tells it to leave its loop. If it gets a region before it has seen this, it just stays. */
  leave(): void {
    if (this.#loop === undefined) return
    this.#flushDrops()
    this.#postLeave()
  }

  /** Runs a task on it while it is in no region: gets it out of its loop first. What it is sent before may have brought it there. */
  run(task: Task): Promise<TaskResult> {
    try {
      this.equip(task.segments, [task.kernel])
    } catch (error) {
      return Promise.reject(error)
    }
    return this.#loop === undefined ? this.handle.run(task.call, task.transfer) : this.#runAfter(this.#loop, task)
  }

  async #runAfter(loop: Promise<void>, task: Task): Promise<TaskResult> {
    this.#postLeave()
    await loop
    // It has ended on its way out, which its handle tells.
    if (!this.#isCurrent(this)) return new Promise(() => {})
    return this.handle.run(task.call, task.transfer)
  }

  /**
   * Whether it was told to leave its loop and has not done so yet. It may miss what is posted meanwhile, and be outside: a caller whose event
   * loop stands still would not hear of it, and posts only when this is over.
   */
  get isLeaving(): boolean {
    const { words, layout } = this.#control
    return this.#leavePost !== undefined && words[layout.rank(this.rank) + Rank.post] === this.#leavePost && !this.#hasLeft()
  }

  /** Whether it is out of its loop by its own word. `loop` says so later, when this thread's event loop hears of it. */
  #hasLeft(): boolean {
    const { words, layout } = this.#control
    return this.#leavePost !== undefined && Atomics.load(words, layout.rank(this.rank) + Rank.handled) === this.#leavePost
  }

  #flushDrops(): void {
    while (this.#drops.length > 0) this.send({ type: 'drop', id: this.#drops.shift()! })
  }

  /**
   * Sends an attachment; the worker takes it in before its next region. Where the socket is full, for hundreds of new segments at once, the
   * worker is told to take in what is there, and this thread waits for it for a moment.
   */
  send(attachment: Attachment, segment?: Segment): void {
    const { words, layout } = this.#control
    const base = layout.rank(this.rank)
    while (!this.handle.send(attachment, segment)) {
      // A region that it has not seen yet must not be lost; it takes in what has been sent before that.
      if (Atomics.load(words, base + Rank.handled) === words[base + Rank.post]) {
        this.#command(RECEIVE)
        this.#enter()
      }
      const seen = Atomics.load(words, base + Rank.received)
      if (seen !== Atomics.load(words, base + Rank.sent)) waitWhile(words, base + Rank.received, seen, 0, FULL_SLICE_MS)
      if (!this.isAlive) return
    }
    Atomics.add(words, base + Rank.sent, 1)
  }

  #command(command: number, entry = 0): number {
    const { words, layout } = this.#control
    const base = layout.rank(this.rank)
    const post = postOf(words[base + Rank.post]!, command, entry)
    Atomics.store(words, base + Rank.post, post)
    if (Atomics.load(words, base + Rank.parked) !== 0) futexWake(words, base + Rank.post, 1)
    return post
  }

  /** Once is enough: a second such post could come when it is outside, and would be handled by nobody. */
  #postLeave(): void {
    const { words, layout } = this.#control
    if (words[layout.rank(this.rank) + Rank.post] !== this.#leavePost) this.#leavePost = this.#command(LEAVE)
  }

  /**
   * Sends the worker into its loop unless it is there. It may have been about to leave when the post came; then it has not handled the
   * post, and is sent in again, unless it was told to leave anyway.
   */
  #enter(): void {
    if (this.#loop !== undefined && !this.#hasLeft()) return
    const { words, layout } = this.#control
    const base = layout.rank(this.rank)
    this.#leavePost = undefined
    const loop = this.handle.enter().then(() => {
      // It may have been sent in again before this was heard of.
      if (this.#loop !== loop) return
      this.#loop = undefined
      if (!this.#isCurrent(this)) return
      const post = Atomics.load(words, base + Rank.post)
      if (post !== Atomics.load(words, base + Rank.handled) && commandOf(post) !== LEAVE) this.#enter()
    })
    this.#loop = loop
  }
}
