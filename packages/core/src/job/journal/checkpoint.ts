import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { clearTimeout, setTimeout } from '@shoal/native'
import { ShoalError } from '../../errors/index.js'
import { now } from '../../sync/index.js'
import { LONGEST_TIMER_MS } from '../longest-timer-ms.js'
import { EarlierRun } from './earlier-run.js'
import { inputDifferences } from './input-identity.js'
import { cutDifferences, jobDifferences } from './job-differences.js'
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
  #runId: string
  #found: EarlierRun
  readonly #options: CheckpointOptions
  readonly #journal: Journal
  readonly #files: Syncable[] = []
  #pending: Pending[] = []
  #stage = 0
  #committedChunks = 0
  #timer: NodeJS.Timeout | undefined
  /** Commits follow each other, and none comes after one that has failed: files are in the order of commits. */
  #last: Promise<void> = Promise.resolve()

  private constructor(options: CheckpointOptions, journal: Journal) {
    this.folder = options.folder
    this.#options = options
    this.#journal = journal
    this.#found = new EarlierRun(journal.found)
    this.#runId = this.#found.job?.run ?? crypto.randomUUID()
  }

  /**
   * @throws ShoalError `SHOAL_JOB_CHECKPOINT_BUSY`, `SHOAL_JOB_CHECKPOINT_FAILED`; `SHOAL_JOB_CHECKPOINT_MISSING` with `resume: true`
   */
  static async open(options: CheckpointOptions): Promise<Checkpoint> {
    const journal = await Journal.open(options.folder)
    try {
      const checkpoint = new Checkpoint(options, journal)
      if (options.resume === true && checkpoint.found.job === undefined) throw missing(options.folder, 'there is none')
      if (options.resume === false) await checkpoint.forget()
      return checkpoint
    } catch (error) {
      await journal.close()
      throw error
    }
  }

  get found(): EarlierRun {
    return this.#found
  }

  get runId(): string {
    return this.#runId
  }

  /** Where programs keep their state. */
  get statePath(): string {
    return join(this.folder, 'journal.state')
  }

  /**
   * Begins anew.
   * @throws ShoalError `SHOAL_JOB_CHECKPOINT_MISSING` with `resume: true`
   */
  async forget(): Promise<void> {
    if (this.#options.resume === true) throw missing(this.folder, 'its journal has lost records of what is done already')
    await this.#journal.clear()
    this.#found = new EarlierRun([])
    this.#runId = crypto.randomUUID()
  }

  /** @throws ShoalError `SHOAL_JOB_CHECKPOINT_MISMATCH`, which names what differs */
  checkJob(job: Pick<JobRecord, 'name' | 'version' | 'params'>): void {
    if (this.found.job !== undefined) this.#refuse(jobDifferences(this.found.job, job))
  }

  /** From here on, what is committed is preceded by what this file holds. */
  cover(file: Syncable): void {
    this.#files.push(file)
  }

  async begin(facts: Omit<JobRecord, 'type' | 'run'>): Promise<void> {
    if (this.found.job !== undefined) return
    for (const file of this.#files) await file.sync()
    await this.#journal.append([encodeRecord({ type: 'job', run: this.runId, ...facts })])
    await this.#journal.sync()
  }

  /** @throws ShoalError `SHOAL_JOB_CHECKPOINT_MISMATCH` */
  async beginStage(record: StageRecord): Promise<void> {
    await this.flush()
    this.#stage = record.stage
    this.#committedChunks = this.found.chunks(record.stage)
    const found = this.found.stage(record.stage)
    if (found === undefined) {
      await this.#journal.append([encodeRecord(record)])
      await this.#journal.sync()
      return
    }
    // What was worked on in place may have its new content already.
    if (this.found.isPublishing) return
    this.#refuse([...inputDifferences(found.inputs, record.inputs), ...cutDifferences(found.cut, record.cut)])
  }

  /** Work is done, its data written or in shared memory: it is committed with what comes until then. Returns its bytes. */
  add(record: NodeRecord): number {
    const payload = encodeRecord(record)
    this.#pending.push({ payload, chunks: record.chunks })
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined
        this.flush().catch(this.#options.onFailed)
      },
      Math.min(this.#options.everyMs, LONGEST_TIMER_MS),
    )
    // Nothing lies outside of the journal: what the process has written survives its death, if not yet that of the machine.
    if (this.#files.length === 0) void this.#chain(() => this.#append(this.#pending.splice(0))).catch(this.#options.onFailed)
    return payload.byteLength
  }

  /** Commits everything that has been added. */
  flush(): Promise<void> {
    return this.#chain(async () => {
      const start = now()
      const pending = this.#pending.splice(0)
      for (const file of pending.length > 0 ? this.#files : []) await file.sync()
      await this.#append(pending)
      if (!(await this.#journal.sync())) return
      const stage = this.#stage
      const chunks = this.#committedChunks
      this.#options.onCommitted({ stage, chunks, journalBytes: this.#journal.byteLength, elapsedMs: now() - start })
    })
  }

  /** Says that only names are missing, once everything is committed. */
  async publishing(): Promise<void> {
    await this.flush()
    if (this.found.isPublishing) return
    for (const file of this.#files) await file.sync()
    await this.#journal.append([encodeRecord({ type: 'publish' })])
    await this.#journal.sync()
  }

  /** The job is done: nothing is left, and nothing to wait for. */
  async remove(): Promise<void> {
    clearTimeout(this.#timer)
    // Also what a run that was killed was writing.
    for (const path of [this.statePath, `${this.statePath}.new`]) rmSync(path, { force: true })
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
    this.#last = this.#last.then(run)
    return this.#last
  }

  #refuse(differences: readonly string[]): void {
    if (differences.length === 0) return
    throw new ShoalError(
      'SHOAL_JOB_CHECKPOINT_MISMATCH',
      `The checkpoint ${this.folder} is of another run (${differences.join('; ')}): run that one again, or discard it with resume: false`,
    )
  }
}

function missing(folder: string, what: string): ShoalError {
  return new ShoalError(
    'SHOAL_JOB_CHECKPOINT_MISSING',
    `Expected a checkpoint to continue in ${folder} but ${what}: begin anew with resume: false`,
  )
}
