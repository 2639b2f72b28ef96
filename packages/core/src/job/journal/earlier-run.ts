import type { JobRecord, JournalRecord, NodeRecord, StageRecord } from './records.js'

/** What an earlier run has left in its journal, for another one to continue; nothing, where it had not come to say which job it is of. */
export class EarlierRun {
  readonly #records: readonly JournalRecord[]

  constructor(records: readonly JournalRecord[]) {
    this.#records = records[0]?.type === 'job' ? records : []
  }

  /** Undefined when there is nothing to continue. */
  get job(): JobRecord | undefined {
    return this.#records[0] as JobRecord | undefined
  }

  /** Whether nothing was missing but names. */
  get isPublishing(): boolean {
    return this.#records.at(-1)?.type === 'publish'
  }

  /** The last of all nodes: how long the files are that are appended to. */
  get lastNode(): NodeRecord | undefined {
    return this.#records.findLast((record): record is NodeRecord => record.type === 'node')
  }

  /** How far it has come. */
  get reached(): { readonly stage: number; readonly chunks: number } | undefined {
    if (this.job === undefined) return undefined
    const stage = this.lastNode?.stage ?? 0
    return { stage, chunks: this.chunks(stage) }
  }

  stage(stage: number): StageRecord | undefined {
    return this.#records.find((record): record is StageRecord => record.type === 'stage' && record.stage === stage)
  }

  nodes(stage: number): NodeRecord[] {
    return this.#records.filter((record): record is NodeRecord => record.type === 'node' && record.stage === stage)
  }

  chunks(stage: number): number {
    return this.nodes(stage).reduce((sum, { chunks }) => sum + chunks, 0)
  }

  /** Whether all of a stage is done; a program counts as one chunk, as an empty input does. */
  isComplete(stage: number): boolean {
    const begun = this.stage(stage)
    return begun !== undefined && this.chunks(stage) >= Math.max(1, Number(begun.cut.chunks ?? 1))
  }
}
