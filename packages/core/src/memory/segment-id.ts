import { randomBytes } from 'node:crypto'

const prefix = randomBytes(9).toString('base64url')
let count = 0

/** Unique in all processes and threads of the machine, for as long as anybody could remember it. */
export function newSegmentId(): string {
  count += 1
  return `${prefix}.${count.toString(36)}`
}
