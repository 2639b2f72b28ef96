import type { Writable } from 'node:stream'

/** Writes and waits until it is out, however slow the reader. Quiet when the reader has gone away. */
export function write(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') reject(error)
      else resolve()
    })
  })
}

/** Says something on stderr. What cannot be said there is lost: that is no reason to fail. */
export function tell(text: string): Promise<void> {
  return write(process.stderr, text).catch(() => {})
}
