import { threadId } from 'node:worker_threads'

// Nobody is kept from guessing it, so `node:crypto`, which takes a worker two milliseconds to load, has no part in it. The others make it
// unique where V8 was told what to draw (--random-seed).
const prefix = [process.pid, threadId, Date.now(), Math.random() * 2 ** 52].map((part) => Math.floor(part).toString(36)).join('.')
let count = 0

/** Unique in all processes and threads of the machine, for as long as anybody could remember it. */
export function newSegmentId(): string {
  count += 1
  return `${prefix}.${count.toString(36)}`
}
