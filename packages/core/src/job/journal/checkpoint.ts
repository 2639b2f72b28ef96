import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { ShoalError } from '../../errors/index.js'
import { inputDifferences } from './input-identity.js'
import { jobDifferences } from './job-differences.js'
import { encodeRecord, Journal } from './journal.js'
import type { JobRecord, NodeRecord, StageRecord } from './records.js'

/** A file whose content has to be safe before what is said about it. */
export interface Syncable {
  sync(): Promise<void>
}

interface Pending {
  readonly payload: Uint8Array
  readonly chunks: number
}

export interface CheckpointOptions {
  readonly folder: string
  readonly resume: 'auto' | boolean
  readonly everyMs: number
  readonly onCommitted: (commit: { stage: number; chunks: number; journalBytes: number; elapsedMs: number }) => void
  /** The checkpoint can not be written any more: the run has no sense. */
  readonly onFailed: (error: unknown) => void
}

/**
 * What a run has done, kept for another one. Work is committed in groups: what has come together in an interval becomes safe at once. The
 * order is data, journal, device: see README.md.
 */
export class Checkpoint {
  readonly folder: string
  readonly runId: string
  readonly #options: CheckpointOptions
  readonly #journal: Journal
  readonly #files: Syncable[] = []
  #pending: Pending[] = []
  #stage = 0
  #committedChunks = 0
  #timer: NodeJS.Timeout | undefined
  /** Commits follow each other. */
  #last: Promise<void> = Promise.resolve()

  private constructor(options: CheckpointOptions, journal: Journal) {
    this.folder = options.folder
    this.#options = options
    this.#journal = journal
    this.runId = this.found?.run ?? randomUUID()
  }

  /**
   * @throws ShoalError `SHOAL_JOB_CHECKPOINT_BUSY`, `SHOAL_JOB_CHECKPOINT_FAILED`; `SHOAL_JOB_CHECKPOINT_MISSING` with `resume: true`
   */
  static async open(options: CheckpointOptions): Promise<Checkpoint> {
    const journal = await Journal.open(options.folder)
    try {
      if (options.resume === false) await journal.clear()
      const checkpoint = new Checkpoint(options, journal)
      if (options.resume === true && checkpoint.found === undefined) {
        throw new ShoalError('SHOAL_JOB_CHECKPOINT_MISSING', `Expected a checkpoint to continue in ${options.folder} but there is none`)
      }
      return checkpoint
    } catch (error) {
      await journal.close()
      throw error
    }
  }

  /** What an earlier run has left; undefined when there is nothing to continue. */
  get found(): JobRecord | undefined {
    const [first] = this.#options.resume === false ? [] : this.#journal.found
    return first?.type === 'job' ? first : undefined
  }

  get isPublishing(): boolean {
    return this.found !== undefined && this.#journal.found.at(-1)!.type === 'publish'
  }

  /** Where programs keep their state. */
  get statePath(): string {
    return join(this.folder, 'journal.state')
  }

  /**
   * Whether an earlier run may have been at work on a stage. On the first one also when its record is lost: what it has changed in place is
   * there, if the run was.
   */
  mayHaveBegun(stage: number): boolean {
    return this.foundStage(stage) !== undefined || (stage === 0 && this.found !== undefined)
  }

  foundStage(stage: number): StageRecord | undefined {
    if (this.found === undefined) return undefined
    return this.#journal.found.find((record): record is StageRecord => record.type === 'stage' && record.stage === stage)
  }

  foundNodes(stage: number): NodeRecord[] {
    if (this.found === undefined) return []
    return this.#journal.found.filter((record): record is NodeRecord => record.type === 'node' && record.stage === stage)
  }

  foundChunks(stage: number): number {
    return this.foundNodes(stage).reduce((sum, { chunks }) => sum + chunks, 0)
  }

  /** The last of all nodes: how long the files are that are appended to. */
  get foundEnd(): NodeRecord | undefined {
    if (this.found === undefined) return undefined
    return this.#journal.found.findLast((record): record is NodeRecord => record.type === 'node')
  }

  /** @throws ShoalError `SHOAL_JOB_CHECKPOINT_MISMATCH`, which names what differs */
  checkJob(job: Pick<JobRecord, 'name' | 'version' | 'params'>): void {
    if (this.found !== undefined) this.#refuse(jobDifferences(this.found, job))
  }

  /** From here on, what is committed is preceded by what this file holds. */
  cover(file: Syncable): void {
    this.#files.push(file)
  }

  async begin(facts: Omit<JobRecord, 'type' | 'run'>): Promise<void> {
    if (this.found !== undefined) return
    for (const file of this.#files) await file.sync()
    await this.#journal.append([encodeRecord({ type: 'job', run: this.runId, ...facts })])
    await this.#journal.sync()
  }

  /** @throws ShoalError `SHOAL_JOB_CHECKPOINT_MISMATCH` */
  async beginStage(record: StageRecord): Promise<void> {
    await this.flush()
    this.#stage = record.stage
    this.#committedChunks = this.foundChunks(record.stage)
    const found = this.foundStage(record.stage)
    if (found === undefined) {
      await this.#journal.append([encodeRecord(record)])
      await this.#journal.sync()
      return
    }
    // What was worked on in place may have its new content already.
    if (this.isPublishing) return
    const names = new Set([...Object.keys(found.cut), ...Object.keys(record.cut)])
    const cut = [...names].filter((name) => found.cut[name] !== record.cut[name])
    this.#refuse([
      ...inputDifferences(found.inputs, record.inputs),
      ...cut.map((name) => `${name}: ${record.cut[name]} instead of ${found.cut[name]}`),
    ])
  }

  /** Work is done, its data written or in shared memory: it is committed with what comes until then. Returns its bytes. */
  add(record: NodeRecord): number {
    const payload = encodeRecord(record)
    this.#pending.push({ payload, chunks: record.chunks })
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.flush().catch(this.#options.onFailed)
    }, this.#options.everyMs)
    // Nothing lies outside of the journal: what the process has written survives its death, if not yet that of the machine.
    if (this.#files.length === 0) void this.#chain(() => this.#append(this.#pending.splice(0))).catch(this.#options.onFailed)
    return payload.byteLength
  }

  /** Commits everything that has been added. */
  flush(): Promise<void> {
    return this.#chain(async () => {
      const start = performance.now()
      const pending = this.#pending.splice(0)
      for (const file of pending.length > 0 ? this.#files : []) await file.sync()
      await this.#append(pending)
      if (!(await this.#journal.sync())) return
      const stage = this.#stage
      const chunks = this.#committedChunks
      this.#options.onCommitted({ stage, chunks, journalBytes: this.#journal.byteLength, elapsedMs: performance.now() - start })
    })
  }

  /** Says that only names are missing, once everything is committed. */
  async publishing(): Promise<void> {
    await this.flush()
    if (this.isPublishing) return
    for (const file of this.#files) await file.sync()
    await this.#journal.append([encodeRecord({ type: 'publish' })])
    await this.#journal.sync()
  }

  async remove(): Promise<void> {
    rmSync(this.statePath, { force: true })
    await this.#journal.remove()
  }

  /** Lets go of the lock; what is committed stays. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#last.catch(() => {})
    await this.#journal.close()
  }

  async #append(pending: readonly Pending[]): Promise<void> {
    await this.#journal.append(pending.map(({ payload }) => payload))
    for (const { chunks } of pending) this.#committedChunks += chunks
  }

  #chain(run: () => Promise<void>): Promise<void> {
    const done = this.#last.then(run)
    this.#last = done.catch(() => {})
    return done
  }

  #refuse(differences: readonly string[]): void {
    if (differences.length === 0) return
    throw new ShoalError(
      'SHOAL_JOB_CHECKPOINT_MISMATCH',
      `The checkpoint ${this.folder} is of another run (${differences.join('; ')}): run that one again, or discard it with resume: false`,
    )
  }
}
