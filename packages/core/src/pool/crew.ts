import type { Channel } from 'node:diagnostics_channel'
import { lifeAlive, lifeReset } from '@shoal/native'
import { ShoalError } from '../errors/index.js'
import { handOver, type Segment } from '../memory/index.js'
import { type Control, Rank, State } from '../protocol/index.js'
import { CrewMember } from './crew-member.js'
import { type WorkerEvent, workerChannels } from './events.js'
import { type Insiders, NOBODY } from './insiders.js'
import { ProcessWorker } from './process-worker.js'
import { type Setup, setUp } from './setup.js'
import { startProblem } from './start-problem.js'
import { ThreadWorker } from './thread-worker.js'
import type { Death, WorkerHandle, WorkerStartOptions } from './worker-handle.js'

type WorkerClass = new (options: WorkerStartOptions) => WorkerHandle

export interface CrewOptions extends Omit<WorkerStartOptions, 'rank' | 'size' | 'cpus'> {
  readonly name: string
  /** Where the workers write their traces. */
  readonly traceSegment: Segment | undefined
  readonly affinity: readonly (readonly number[])[] | undefined
  readonly setup: Setup | undefined
  readonly backend: 'threads' | 'processes'
  readonly words: Control
}

/** The workers of a pool by rank: who is there, starting and replacing them, and ending them. */
export class Crew {
  readonly #options: CrewOptions
  readonly #control: Control
  readonly #members: (CrewMember | undefined)[]
  readonly #onDeath: (rank: number, death: Death) => void
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
    Atomics.store(words, base + Rank.parked, 0)
    Atomics.store(words, base + Rank.handled, Atomics.load(words, base + Rank.post))
    Atomics.store(words, base + Rank.sent, 0)
    Atomics.store(words, base + Rank.received, 0)
    const Worker: WorkerClass = this.#options.backend === 'threads' ? ThreadWorker : ProcessWorker
    const options = { ...this.#options, rank, size: layout.size, cpus: this.#options.affinity?.[rank] }
    const handle = begun(() => new Worker(options), rank)
    const member = new CrewMember(this.#control, rank, handle, (one) => !this.#closing && this.#members[rank] === one)
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
      if (traceSegment !== undefined) member.send({ type: 'trace', rank, data: handOver(traceSegment).data }, traceSegment)
      if (this.#options.setup !== undefined) await setUp(this.#options.setup, member, this.#options.backend)
    } catch (error) {
      // Nothing of it may be left when another one is started in its place.
      await handle.kill()
      const { isTooEarly = false } = await handle.died
      if (isTooEarly && !this.#closing) return this.start(rank)
      throw error
    }
    member.isReady = true
    this.#publish(workerChannels.start, rank, {})
  }

  #publish(channel: Channel, rank: number, more: Partial<WorkerEvent>): void {
    const { name, backend } = this.#options
    if (channel.hasSubscribers) channel.publish({ pool: name, rank, backend, ...more } satisfies WorkerEvent)
  }

  /** The worker of `rank`, which is there. */
  member(rank: number): CrewMember {
    return this.#members[rank]!
  }

  /** Whether all workers are in their loops, or on their way: a post is enough then. */
  get isHot(): boolean {
    return this.#members.every((member) => member?.loop !== undefined)
  }

  /** Whether the rank can be given work. One that has just died can not, even before its end has been reported, nor one that is about to. */
  isThere(rank: number): boolean {
    return this.#members[rank]?.isThere === true
  }

  /** Whether the worker's thread or process lives, by its life word: for a caller whose event loop stands still. */
  isAlive(rank: number): boolean {
    return this.#members[rank]?.isAlive === true
  }

  /** Every worker that has the segment will let go of it. */
  drop(id: string): void {
    for (const member of this.#members) member?.drop(id)
  }

  /** Tells every rank to leave its loop. A rank that gets a region before it has seen this just stays. */
  leaveAll(): void {
    for (const member of this.#members) member?.leave()
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

  /** Ends the workers that are inside of a region at once. */
  killInside({ byEntry }: Insiders): void {
    for (const rank of byEntry) if (rank !== NOBODY) this.kill(rank)
  }

  /** Ends the worker of `rank` at once; `onDeath` follows. */
  kill(rank: number): void {
    const member = this.#members[rank]
    if (member === undefined) return
    member.isEnding = true
    void member.handle.kill()
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
