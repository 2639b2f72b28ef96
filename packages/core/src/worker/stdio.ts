import { writeSync } from 'node:fs'

/**
 * Makes `console.log` and friends of a worker write to the inherited descriptors at once. A thread's own streams go through the parent's
 * event loop: lines are lost when the thread is destroyed, and a drain under a blocked parent never ends.
 */
export function writeSynchronously(): void {
  replace('stdout', 1)
  replace('stderr', 2)
}

/** The stream of that name is made when it is first asked for, as Node does: to make one takes a process milliseconds. */
function replace(name: 'stdout' | 'stderr', fd: number): void {
  const { get, value } = Object.getOwnPropertyDescriptor(process, name)!
  let stream: NodeJS.WriteStream | undefined
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get: () => {
      stream ??= synchronous((get === undefined ? value : get.call(process)) as NodeJS.WriteStream, fd)
      return stream
    },
  })
}

function synchronous(stream: NodeJS.WriteStream, fd: number): NodeJS.WriteStream {
  let broken = false
  stream.write = (chunk: unknown, encoding?: unknown, callback?: unknown): boolean => {
    const bytes =
      typeof chunk === 'string'
        ? Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
        : (chunk as Uint8Array)
    if (!broken) broken = !writeAll(fd, bytes)
    const done = typeof encoding === 'function' ? encoding : callback
    if (typeof done === 'function') queueMicrotask(() => (done as () => void)())
    return true
  }
  return stream
}

/** False when nobody reads any more: later writes are dropped, as a closed pipe drops them. */
function writeAll(fd: number, bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.byteLength; ) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EPIPE') return false
      if (code !== 'EAGAIN') throw error
    }
  }
  return true
}
