import { ShoalError } from '../errors/index.js'
import type { Segment } from '../memory/index.js'
import {
  decodeThrown,
  isPrimitive,
  type KernelReference,
  lower,
  pack,
  type TaskCall,
  type TaskResult,
  type ThrownData,
  unpack,
} from '../protocol/index.js'
import type { Backend } from './options.js'
import { returnedSegments } from './returned-segments.js'

export interface TaskSpec {
  readonly kernel: KernelReference
  readonly args: readonly unknown[]
  readonly transfer: readonly ArrayBuffer[]
  readonly priority: number
  /** The one rank that may run it; undefined for any. */
  readonly rank: number | undefined
  readonly backend: Backend
  readonly isSetup?: boolean
}

/** One call of `run`, or of `broadcast` on one worker: waits for a rank, runs there, and settles a promise. */
export class Task {
  readonly rank: number | undefined
  readonly priority: number
  readonly promise: Promise<unknown>
  readonly kernel: KernelReference
  readonly call: TaskCall
  /** Threads only: buffers of what was taken of the arguments, which change hands. */
  readonly transfer: readonly ArrayBuffer[]
  readonly segments: readonly Segment[]
  /** When it got its worker, by `now()`, and which; 0 while it waits for one, or where nobody asks. */
  startedAt = 0
  /** Whether anybody asks for that. */
  isTimed = false
  ranOn: number | undefined
  #resolve!: (value: unknown) => void
  #reject!: (error: unknown) => void

  constructor({ kernel, args, transfer, priority, rank, backend, isSetup = false }: TaskSpec) {
    const { call, segments, taken } = prepare({ kernel: kernel.id, args, transfer, backend, isSetup })
    this.rank = rank
    this.priority = priority
    this.kernel = kernel
    this.transfer = taken
    this.call = call
    this.segments = segments
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  settle(result: TaskResult, rank: number): void {
    try {
      if (isPrimitive(result)) {
        this.#resolve(result)
        return
      }
      if ('thrown' in result) throw withRank(decodeThrown(this.#unpack(result.thrown) as ThrownData), rank)
      this.#resolve('fresh' in result ? result.fresh : this.#unpack(result.packed))
    } catch (error) {
      this.#reject(error)
    }
  }

  fail(error: unknown): void {
    this.#reject(error)
  }

  #unpack(bytes: Uint8Array): unknown {
    return unpack(bytes, (ids) => returnedSegments(ids, this.segments))
  }
}

interface Prepared {
  readonly call: TaskCall
  readonly segments: readonly Segment[]
  readonly taken: readonly ArrayBuffer[]
}

/** Transferred buffers, and plain shared ones, can only go by the structured clone of threads. */
function prepare(
  options: Pick<TaskSpec, 'args' | 'transfer' | 'backend'> & { readonly kernel: number; readonly isSetup: boolean },
): Prepared {
  const { kernel, args, transfer, backend, isSetup } = options
  const setup = isSetup && { isSetup }
  if (transfer.length === 0 && args.every(isPrimitive)) {
    return { call: isSetup ? { kernel, args, isSetup } : [kernel, ...args], segments: [], taken: [] }
  }
  if (backend === 'threads') {
    const { value, segments, hasPlainShared } = lower(args)
    if (hasPlainShared || transfer.length > 0) {
      const [clone, taken] = take(value as unknown[], transfer)
      return { call: { kernel, args: clone, segmentIds: segments.map((segment) => segment.id), ...setup }, segments, taken }
    }
  }
  const packet = pack(args)
  return { call: { kernel, args: packet.bytes, ...setup }, segments: packet.segments, taken: [] }
}

/** As they are now, though the task may have to wait: what the program does to them meanwhile is not for the kernel to see. */
function take(args: readonly unknown[], transfer: readonly ArrayBuffer[]): [args: readonly unknown[], transfer: readonly ArrayBuffer[]] {
  try {
    return structuredClone([args, transfer], { transfer: [...transfer] })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ShoalError('SHOAL_VALUE_UNCLONEABLE', `Expected arguments that can be sent to a thread, but: ${reason}`, { cause })
  }
}

function withRank(error: unknown, rank: number): unknown {
  if (typeof error === 'object' && error !== null) {
    Object.defineProperty(error, 'rank', { value: rank, writable: true, configurable: true, enumerable: true })
  }
  return error
}
