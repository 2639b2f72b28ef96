import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { decodeValue, encodeCopy } from '../../protocol/index.js'
import { frame, MAGIC, readFrames } from '../journal/frames.js'
import { syncFolder } from '../sync-folder.js'

/** Which run and stage a state is of. */
export interface StateKey {
  readonly run: string
  readonly stage: number
  readonly ranks: number
}

/** Writes the state of all ranks, each as `encodeCopy` has made it, in place of what was there: whatever happens, one of the two is there. */
export function writeState(path: string, key: StateKey, states: readonly Uint8Array[]): void {
  const unfinished = `${path}.new`
  const fd = openSync(unfinished, 'w')
  try {
    writeAll(fd, [MAGIC, frame(encodeCopy(key)), ...states.map(frame)])
    renameSync(unfinished, path)
  } catch (error) {
    // It would take the room that there is too little of.
    rmSync(unfinished, { force: true })
    throw error
  }
  syncFolder(dirname(path))
}

function writeAll(fd: number, parts: readonly Uint8Array[]): void {
  try {
    for (const bytes of parts) for (let at = 0; at < bytes.byteLength; ) at += writeSync(fd, bytes, at)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** What `rank` has saved; undefined when there is nothing of this run and stage. */
export function readState(path: string, key: StateKey, rank: number): unknown {
  const states = savedStates(path, key)
  return states === undefined ? undefined : decodeValue(states[rank]!)
}

/** Whether there is something of this run and stage. */
export function hasState(path: string, key: StateKey): boolean {
  return savedStates(path, key) !== undefined
}

function savedStates(path: string, key: StateKey): readonly Uint8Array[] | undefined {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const [head, ...states] = readFrames(bytes).payloads
  if (head === undefined || states.length < key.ranks) return undefined
  const found = decodeValue(head) as StateKey
  return found.run === key.run && found.stage === key.stage && found.ranks === key.ranks ? states : undefined
}
