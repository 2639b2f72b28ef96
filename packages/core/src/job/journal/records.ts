/** What a journal holds, in this order: `job`, then for each stage `stage` and its `node`s, and `publish` at the end. */
export type JournalRecord = JobRecord | StageRecord | NodeRecord | PublishRecord

/** What a job is told by. Written first, when its files are prepared. */
export interface JobRecord {
  readonly type: 'job'
  /** Tells this run, and those that continue it, from all others. */
  readonly run: string
  readonly name: string
  readonly version: string | number | undefined
  readonly params: unknown
  /** The unfinished files that the run writes into, by path, as device and inode. */
  readonly files: Readonly<Record<string, string>>
}

/** What a stage works on. */
export interface StageRecord {
  readonly type: 'stage'
  readonly stage: number
  readonly inputs: readonly InputIdentity[]
  /** How its input is cut, which must not change; of a program, how many ranks it has. */
  readonly cut: Readonly<Record<string, string | number | undefined>>
  /** The unfinished file that its chunks are written to, as in `JobRecord`. */
  readonly files: Readonly<Record<string, string>>
}

export interface InputIdentity {
  readonly path: string
  readonly byteLength: number
  /** One of the two. */
  readonly mtimeMs?: number
  readonly hash?: string
}

/** Chunks `[index << level, (index + 1) << level)` are done, and what they wrote is safe. */
export interface NodeRecord {
  readonly type: 'node'
  readonly stage: number
  readonly level: number
  readonly index: number
  /** How many chunks these are. */
  readonly chunks: number
  /** Their combined result; nothing when all of them were skipped. */
  readonly value?: unknown
  readonly isEmpty?: true
  /** How long the files are that are only appended to, by path. */
  readonly ends: Readonly<Record<string, number>>
  readonly skipped: number
}

/** Everything is done; the files get their names, if they have not got them yet. */
export interface PublishRecord {
  readonly type: 'publish'
}
