import type { Writable } from 'node:stream'

const tolerant = new WeakSet<Writable>()

/**
 * A reader that goes away (`shoal … | head`) is no failure of ours: the write that meets it tells who wants to know.
 * Looking at `process.stdout` and `process.stderr` makes them, which takes time, so this waits until they are used.
 */
export function tolerateClosedReader(stream: Writable): void {
  if (tolerant.has(stream)) return
  tolerant.add(stream)
  stream.on('error', () => {})
}

/** Writes and waits until it is out, however slow the reader. Quiet when the reader has gone away. */
export async function write(stream: Writable, text: string): Promise<void> {
  tolerateClosedReader(stream)
  try {
    // A file is written at once, and what is said of that is thrown.
    await new Promise<void>((resolve, reject) => stream.write(text, (error) => (error ? reject(error) : resolve())))
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'EPIPE') return
    const name = stream === process.stdout ? 'stdout' : 'stderr'
    throw Object.assign(new Error(`${name} cannot be written: ${message}`, { cause }), { code })
  }
}

/** Says something on stderr. What cannot be said there is lost: that is no reason to fail. */
export function tell(text: string): Promise<void> {
  return write(process.stderr, text).catch(() => {})
}
