import type { Channel } from 'node:diagnostics_channel'
import { futexWake, lifeAlive, lifeReset, waitWhile } from '@shoal/native'
import { ShoalError } from '../errors/index.js'
import { handOver, type Segment } from '../memory/index.js'
import {
  type Attachment,
  type Control,
  commandOf,
  type KernelReference,
  LEAVE,
  Place,
  postOf,
  Rank,
  RECEIVE,
  State,
  type TaskCall,
  type TaskResult,
} from '../protocol/index.js'
import { type WorkerEvent, workerChannels } from './events.js'
import { definitionOf } from './kernel-reference.js'
import { ProcessWorker } from './process-worker.js'
import { type Setup, setUp } from './setup.js'
import { startProblem } from './start-problem.js'
import { ThreadWorker } from './thread-worker.js'
import type { Death, WorkerHandle, WorkerStartOptions } from './worker-handle.js'

/** How long the parent sleeps at most between two looks at a socket that is full. */
const FULL_SLICE_MS = 5

type WorkerClass = new (options: WorkerStartOptions) => WorkerHandle

interface CrewMember {
  handle: WorkerHandle
  /** Whether it may be given work; until then its end is the business of who starts it. */
  isReady: boolean
  /** Pending while the worker is in its loop, or on its way. */
  loop: Promise<void> | undefined
  /** Ids of the segments that it has. */
  readonly has: Set<string>
  /** Ids of the kernels that it knows. */
  readonly knows: Set<number>
  /** Ids of segments that it will be told to forget when it is told of anything else. */
  readonly drops: string[]
}

export interface CrewOptions extends Omit<WorkerStartOptions, 'rank' | 'size' | 'cpus'> {
  readonly name: string
  /** Where the workers write their traces. */
  readonly traceSegment: Segment | undefined
  readonly affinity: readonly (readonly number[])[] | undefined
  readonly setup: Setup | undefined
  readonly backend: 'threads' | 'processes'
  readonly words: Control
}

/** The workers of a pool by rank: starting and replacing them, sending them into their loops and out, and handing them segments. */
export class Crew {
  readonly #options: CrewOptions
  readonly #control: Control
  readonly #members: (CrewMember | undefined)[]
  readonly #onDeath: (rank: number, death: Death) => void
  /** Segments that the program has let go of must not live on in the workers. */
  readonly #collected = new FinalizationRegistry<string>((id) => this.drop(id))
  #closing = false

  constructor(options: CrewOptions, onDeath: (rank: number, death: Death) => void) {
    this.#options = options
    this.#control = options.words
    this.#onDeath = onDeath
    this.#members = new Array(options.words.layout.size).fill(undefined)
  }

  /** Starts the worker of `rank`; resolves when it is alive. */
  async start(rank: number): Promise<void> {
    const { words, layout } = this.#control
    const base = layout.rank(rank)
    // Of the worker that this one replaces, and which has ended.
    if (!lifeAlive(words, base + Rank.life)) lifeReset(words, base + Rank.life)
    Atomics.store(words, base + Rank.state, State.starting)
    Atomics.store(words, base + Rank.place, Place.outside)
    Atomics.store(words, base + Rank.handled, Atomics.load(words, base + Rank.post))
    Atomics.store(words, base + Rank.sent, 0)
    Atomics.store(words, base + Rank.received, 0)
    const Worker: WorkerClass = this.#options.backend === 'threads' ? ThreadWorker : ProcessWorker
    const options = { ...this.#options, rank, size: layout.size, cpus: this.#options.affinity?.[rank] }
    const handle = begun(() => new Worker(options), rank)
    const member: CrewMember = { handle, isReady: false, loop: undefined, has: new Set(), knows: new Set(), drops: [] }
    this.#members[rank] = member
    void handle.died.then((death) => {
      if (member.isReady) this.#publish(workerChannels.exit, rank, { how: death.how, isExpected: this.#closing })
      if (this.#closing || this.#members[rank] !== member) return
      this.#members[rank] = undefined
      Atomics.store(words, base + Rank.state, State.dead)
      if (member.isReady) this.#onDeath(rank, death)
    })
    try {
      await handle.ready
      const { traceSegment } = this.#options
      if (traceSegment !== undefined) this.#send(rank, { type: 'trace', rank, data: handOver(traceSegment).data }, traceSegment)
      if (this.#options.setup !== undefined) await setUp(this.#options.setup, rank, this.#options.backend, this, handle)
    } catch (error) {
      // Nothing of it may be left when another one is started in its place.
      await handle.kill()
      throw error
    }
    member.isReady = true
    this.#publish(workerChannels.start, rank, {})
  }

  #publish(channel: Channel, rank: number, more: Partial<WorkerEvent>): void {
    const { name, backend } = this.#options
    if (channel.hasSubscribers) channel.publish({ pool: name, rank, backend, ...more } satisfies WorkerEvent)
  }

  /** Whether all workers are in their loops, or on their way: a post is enough then. */
  get isHot(): boolean {
    return this.#members.every((member) => member?.loop !== undefined)
  }

  /** Whether the rank can be given work. One that has just died can not, even before its end has been reported. */
  isThere(rank: number): boolean {
    const state = this.#control.layout.rank(rank) + Rank.state
    const isReady = this.#members[rank]?.isReady === true && Atomics.load(this.#control.words, state) === State.alive
    return isReady && this.isAlive(rank)
  }

  /** Makes sure that `rank`, which has nothing to do yet, has these segments when it looks at its next command. */
  attach(rank: number, segments: readonly Segment[]): void {
    const member = this.#members[rank]!
    this.#flushDrops(rank, member)
    for (const segment of segments) {
      if (member.has.has(segment.id)) continue
      this.#collected.register(segment, segment.id)
      this.#send(rank, { type: 'attach', data: handOver(segment).data }, segment)
      member.has.add(segment.id)
    }
  }

  /** Makes sure that `rank` knows these kernels when it looks at its next command. */
  introduce(rank: number, kernels: readonly KernelReference[]): void {
    const member = this.#members[rank]!
    for (const reference of kernels) {
      if (member.knows.has(reference.id)) continue
      this.#send(rank, { type: 'kernel', reference, definition: definitionOf(reference) }, undefined)
      member.knows.add(reference.id)
    }
  }

  /** Every worker that has the segment will let go of it, before its next region or when it leaves its loop. */
  drop(id: string): void {
    for (const member of this.#members) if (member?.has.delete(id)) member.drops.push(id)
  }

  /** Posts a region to a free rank, which enters its loop first if it is not there. */
  post(rank: number, slot: number, entry: number): void {
    this.#command(rank, slot, entry)
    this.#enter(rank)
  }

  /** Tells every rank to leave its loop. A rank that gets a region before it has seen this just stays. */
  leaveAll(): void {
    for (const [rank, member] of this.#members.entries()) {
      if (member?.loop === undefined) continue
      this.#flushDrops(rank, member)
      this.#command(rank, LEAVE)
    }
  }

  /** Waits until all are out of their loops, then ends them. */
  async close(): Promise<void> {
    for (const member of this.#members) member?.handle.ref()
    this.leaveAll()
    await Promise.all(this.#members.map((member) => member && Promise.race([member.loop, member.handle.died])))
    await this.destroy()
  }

  async destroy(): Promise<void> {
    this.#closing = true
    await Promise.all(this.#members.map((member) => member?.handle.kill()))
  }

  /** Runs a task on a rank that is in no region: gets it out of its loop first. */
  async run(rank: number, task: TaskCall, segments: readonly Segment[]): Promise<TaskResult> {
    const member = this.#members[rank]!
    if (member.loop !== undefined) {
      this.#command(rank, LEAVE)
      await member.loop
    }
    this.attach(rank, segments)
    this.introduce(rank, [task.kernel])
    return member.handle.run(task)
  }

  /** Ends the worker of `rank` at once; `onDeath` follows. */
  kill(rank: number): void {
    void this.#members[rank]?.handle.kill()
  }

  /** Whether the worker's thread or process lives, by its life word: for a caller whose event loop stands still. */
  isAlive(rank: number): boolean {
    return lifeAlive(this.#control.words, this.#control.layout.rank(rank) + Rank.life)
  }

  #flushDrops(rank: number, member: CrewMember): void {
    for (const id of member.drops.splice(0)) this.#send(rank, { type: 'drop', id }, undefined)
  }

  /**
   * Sends an attachment; the worker takes it in before its next region. Where the socket is full, for hundreds of new segments at once, the
   * worker is told to take in what is there, and this thread waits for it for a moment.
   */
  #send(rank: number, attachment: Attachment, segment: Segment | undefined): void {
    const { words, layout } = this.#control
    const sent = layout.rank(rank) + Rank.sent
    const { handle } = this.#members[rank]!
    while (!handle.send(attachment, segment)) {
      const received = layout.rank(rank) + Rank.received
      // A region that it has not seen yet must not be lost; it takes in what has been sent before that.
      if (Atomics.load(words, layout.rank(rank) + Rank.handled) === words[layout.rank(rank) + Rank.post]) {
        this.#command(rank, RECEIVE)
        this.#enter(rank)
      }
      const seen = Atomics.load(words, received)
      if (seen !== Atomics.load(words, sent)) waitWhile(words, received, seen, 0, FULL_SLICE_MS)
      if (!this.isAlive(rank)) return
    }
    Atomics.add(words, sent, 1)
  }

  #command(rank: number, command: number, entry = 0): void {
    const { words, layout } = this.#control
    const base = layout.rank(rank)
    Atomics.store(words, base + Rank.post, postOf(words[base + Rank.post]!, command, entry))
    if (Atomics.load(words, base + Rank.place) === Place.parked) futexWake(words, base + Rank.post, 1)
  }

  /**
   * Sends the worker into its loop unless it is there. It may have been about to leave when the post came; then it has not handled the
   * post, and is sent in again, unless it was told to leave anyway.
   */
  #enter(rank: number): void {
    const member = this.#members[rank]
    if (member === undefined || member.loop !== undefined) return
    const { words, layout } = this.#control
    const base = layout.rank(rank)
    member.loop = member.handle.enter().then(() => {
      member.loop = undefined
      if (this.#closing || this.#members[rank] !== member) return
      const post = Atomics.load(words, base + Rank.post)
      if (post !== Atomics.load(words, base + Rank.handled) && commandOf(post) !== LEAVE) this.#enter(rank)
    })
  }
}

/** What can not even be begun has failed as what has ended while it was starting: flags that no thread takes, too many descriptors. */
function begun(begin: () => WorkerHandle, rank: number): WorkerHandle {
  try {
    return begin()
  } catch (cause) {
    throw new ShoalError('SHOAL_POOL_WORKER_FAILED', `Worker ${rank} could not be started: ${startProblem(cause)}`, { cause, rank })
  }
}
