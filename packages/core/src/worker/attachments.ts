import type { MessagePort } from 'node:worker_threads'
import { receiveMessageOnPort } from 'node:worker_threads'
import { receiveDescriptor } from '@shoal/native'
import { ShoalError } from '../errors/index.js'
import { adopt, type Segment, takeOver } from '../memory/index.js'
import type { Attachment } from '../protocol/index.js'

/** The segments that this worker has, by id. The parent sends each once, ahead of the first region that needs it, and says when to forget it. */
export abstract class Attachments {
  readonly #segments = new Map<string, Segment>()
  #received = 0

  /** Takes in what the parent has sent so far: `sent` messages in all. It sends before it posts, so nothing is waited for. */
  update(sent: number): void {
    for (; this.#received !== sent; this.#received++) {
      const message = this.receive()
      if (typeof message !== 'string') {
        this.#segments.set(message.id, message)
        continue
      }
      this.#segments.get(message)?.close()
      this.#segments.delete(message)
    }
  }

  take(ids: readonly string[]): Segment[] {
    return ids.map((id) => {
      const segment = this.#segments.get(id)
      if (segment === undefined) throw missing()
      return segment
    })
  }

  /** The next message: a segment, or the id of one to drop. */
  protected abstract receive(): Segment | string
}

/** In a thread: the parent's own buffers come by message, so that each is mapped once a process. */
export class ThreadAttachments extends Attachments {
  readonly #port: MessagePort

  constructor(port: MessagePort) {
    super()
    this.#port = port
  }

  protected receive(): Segment | string {
    const received = receiveMessageOnPort(this.#port) as { message: { attachment: Attachment; buffer: SharedArrayBuffer } } | undefined
    if (received === undefined) throw missing()
    const { attachment, buffer } = received.message
    return attachment.type === 'drop' ? attachment.id : adopt(attachment.data, buffer)
  }
}

/** In a process: descriptors come over a socket, and are mapped here. */
export class ProcessAttachments extends Attachments {
  readonly #fd: number

  constructor(fd: number) {
    super()
    this.#fd = fd
  }

  protected receive(): Segment | string {
    const received = receiveDescriptor(this.#fd, 50)
    if (received === undefined) throw missing()
    const attachment = JSON.parse(Buffer.from(received.message).toString('utf8')) as Attachment
    return attachment.type === 'drop' ? attachment.id : takeOver(attachment.data, received.fd)
  }
}

function missing(): ShoalError {
  return new ShoalError('SHOAL_REGION_SEGMENT_MISSING', 'Expected a segment to have been sent before the region that needs it')
}
