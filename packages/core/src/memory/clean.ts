import { nextTurn } from '@shoal/native'
import type { SegmentDescriptor } from './options.js'
import { cleanOwners, posixPath, type SegmentRecord } from './registry/index.js'

/** One dead owner a turn of the event loop: each is a handful of small system calls. */
export async function cleanSegments(): Promise<{ removed: SegmentDescriptor[] }> {
  const removed: SegmentDescriptor[] = []
  for (const records of cleanOwners()) {
    removed.push(...records.filter((record) => record.kind !== 'semaphore').map(describeRecord))
    await nextTurn()
  }
  return { removed }
}

/** What the descriptor of a removed segment was: it names it, and opens nothing any more. */
function describeRecord(record: SegmentRecord): SegmentDescriptor {
  const { kind, byteLength } = record
  const token =
    kind === 'posix'
      ? { at: 'path', path: posixPath(record.name), byteOffset: 0, device: record.device, inode: record.inode }
      : { at: 'sysv', shmid: record.shmid, changeTime: record.changeTime }
  return { kind, byteLength, token: Buffer.from(JSON.stringify(token)).toString('base64url') }
}
