import type { MessagePort } from 'node:worker_threads'
import { receiveMessageOnPort } from 'node:worker_threads'
import { receiveDescriptor } from '@shoal/native'
import { ShoalError } from '../errors/index.js'
import type { Segment } from '../memory/index.js'
import { type Attachment, TraceRing, unsentMemory } from '../protocol/index.js'
import { KernelCache } from './kernel-cache.js'
import { values } from './later.js'

/**
 * The segments and kernels that this worker has. The parent sends each once, ahead of the first region that needs it, and says when to
 * forget a segment.
 */
export abstract class Attachments {
  readonly kernels = new KernelCache()
  /** Where this rank writes its trace, if the pool keeps one. */
  trace: TraceRing | undefined
  readonly #segments = new Map<string, Segment>()
  #received = 0

  /** Takes in what the parent has sent so far: `sent` messages in all. It sends before it posts, so nothing is waited for. */
  update(sent: number): void {
    for (; this.#received !== sent; this.#received++) {
      const { attachment, segment } = this.receive()
      if (attachment.type === 'kernel') {
        this.kernels.define(attachment.reference, attachment.definition)
      } else if (attachment.type === 'trace') {
        this.trace = new TraceRing(segment!.buffer, attachment.rank)
      } else if (attachment.type === 'attach') {
        this.#segments.set(segment!.id, segment!)
      } else {
        this.#drop(attachment.id)
      }
    }
  }

  #drop(id: string): void {
    const segment = this.#segments.get(id)
    if (segment === undefined) return
    this.#segments.delete(id)
    this.letGo(segment)
  }

  /** Of a segment that the parent does not want to be kept. */
  protected letGo(segment: Segment): void {
    segment.close()
  }

  take(ids: readonly string[]): Segment[] {
    return this.#find(ids, missing)
  }

  /** Those that a value which a kernel has made refers to. */
  takeReturned(ids: readonly string[]): Segment[] {
    return this.#find(ids, unsentMemory)
  }

  #find(ids: readonly string[], otherwise: () => ShoalError): Segment[] {
    return ids.map((id) => {
      const segment = this.#segments.get(id)
      if (segment === undefined) throw otherwise()
      return segment
    })
  }

  /** The next message, with the segment if it brings one. */
  protected abstract receive(): Received
}

interface Received {
  readonly attachment: Attachment
  readonly segment: Segment | undefined
}

const COLLECT_AT_BYTES = 64 * 1024 * 1024
/** Each has a descriptor as long as anybody has its buffer. */
const COLLECT_AT_SEGMENTS = 500

/** In a thread: the parent's own buffers come by message, so that each is mapped once a process. */
export class ThreadAttachments extends Attachments {
  readonly #port: MessagePort
  #garbageBytes = 0
  #garbageSegments = 0

  constructor(port: MessagePort) {
    super()
    this.#port = port
  }

  /**
   * The memory lives as long as any thread has a buffer over it. To this thread's collector a buffer is a few bytes: without being told, it
   * would let gigabytes pile up.
   */
  protected override letGo(segment: Segment): void {
    this.#garbageBytes += segment.byteLength
    this.#garbageSegments++
    segment.close()
    if (this.#garbageBytes < COLLECT_AT_BYTES && this.#garbageSegments < COLLECT_AT_SEGMENTS) return
    this.#garbageBytes = 0
    this.#garbageSegments = 0
    values().collectGarbage()
  }

  protected receive(): Received {
    const received = receiveMessageOnPort(this.#port) as { message: { attachment: Attachment; buffer: SharedArrayBuffer } } | undefined
    if (received === undefined) throw missing()
    const { attachment, buffer } = received.message
    return { attachment, segment: 'data' in attachment ? values().adopt(attachment.data, buffer) : undefined }
  }
}

/** In a process: descriptors come over a socket, and are mapped here. */
export class ProcessAttachments extends Attachments {
  readonly #fd: number

  constructor(fd: number) {
    super()
    this.#fd = fd
  }

  protected receive(): Received {
    const received = receiveDescriptor(this.#fd, 50)
    if (received === undefined) throw missing()
    const attachment = JSON.parse(Buffer.from(received.message).toString('utf8')) as Attachment
    return { attachment, segment: 'data' in attachment ? values().takeOver(attachment.data, received.fd) : undefined }
  }
}

function missing(): ShoalError {
  return new ShoalError(
    'SHOAL_REGION_SEGMENT_MISSING',
    'Expected a segment to have been sent before the region that needs it: this is a fault of Shoal, please report it',
  )
}
