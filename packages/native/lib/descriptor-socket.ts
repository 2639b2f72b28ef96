import { part } from './binding.js'

const native = part('descriptor-socket')

export interface DescriptorMessage {
  readonly message: Uint8Array
  /** −1: none came along. Close-on-exec; the receiver closes it. */
  readonly fd: number
}

/** A connected pair of local sockets that keep message borders and carry descriptors. Close-on-exec: give one end to a child in `stdio`. */
export const createSocketPair = native.createSocketPair as () => [number, number]

/** Sends a message that is not empty, and a copy of `fd` unless it is −1. Never blocks: throws EAGAIN while the peer's queue is full. */
export const sendDescriptor = native.sendDescriptor as (socketFd: number, message: Uint8Array, fd: number) => void

/** The next message; `undefined` when none came within `timeoutMs`, of which one call waits at most 50. Throws ECONNRESET once the peer has closed. */
export const receiveDescriptor = native.receiveDescriptor as (socketFd: number, timeoutMs: number) => DescriptorMessage | undefined

export const closeDescriptor = native.closeDescriptor as (fd: number) => void
