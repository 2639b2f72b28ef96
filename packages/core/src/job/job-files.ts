import { statSync } from 'node:fs'
import { type Segment, statPath } from '../memory/index.js'
import type { InputFile } from '../source/index.js'
import { AppendFile } from './files/append-file.js'
import { MappedFile } from './files/mapped-file.js'
import { foundCopy } from './files/stage-copy.js'
import { targetPath } from './files/target-path.js'
import { type FileOrigin, isPublished, outputFailed, type UnfinishedFile } from './files/unfinished-file.js'
import type { JobRun } from './job-run.js'
import { fileOutputsOf, type RecordsOutput } from './outputs.js'
import { Quarantine } from './quarantine.js'

/** All files that a run writes: mapped ones and the quarantine from its beginning on, those of records from their stage on. */
export class JobFiles {
  readonly segments: Record<string, Segment<'readwrite'>> = {}
  quarantine: Quarantine | undefined
  readonly #run: JobRun
  readonly #mapped: MappedFile[] = []
  readonly #appended: AppendFile[] = []
  #isPublished = false

  private constructor(run: JobRun) {
    this.#run = run
  }

  /** Opens them, as an earlier run has left them where there is one, and says so in the journal. */
  static async open(run: JobRun): Promise<JobFiles> {
    const files = new JobFiles(run)
    try {
      await files.#open()
      return files
    } catch (error) {
      await files.close(run.options.checkpoint === undefined)
      throw error
    }
  }

  async #open(): Promise<void> {
    const { definition, options, checkpoint } = this.#run
    const { params, quarantine } = options
    const outputs = fileOutputsOf(definition.outputs?.(params))
    if (this.#areAhead(Object.values(outputs).map(({ path }) => path))) await checkpoint!.forget()
    for (const [name, output] of Object.entries(outputs)) {
      const file = await MappedFile.open(output, this.#origin(output.path, checkpoint?.found.job?.files))
      this.#mapped.push(file)
      this.segments[name] = file.segment
      checkpoint?.cover(file.file)
    }
    if (quarantine !== undefined) {
      const last = checkpoint?.found.lastNode
      const origin = this.#origin(quarantine, checkpoint?.found.job?.files)
      this.quarantine = await Quarantine.open(origin, last?.ends[quarantine] ?? 0, last?.skipped ?? 0)
      this.#appended.push(this.quarantine.output)
      checkpoint?.cover(this.quarantine.output)
    }
    const { name, version } = definition
    await checkpoint?.begin({ name, version, params, files: this.#identities() })
  }

  /** The file of a stage's records. */
  async openRecords({ path }: RecordsOutput, stage: number): Promise<AppendFile> {
    const { checkpoint } = this.#run
    const end = checkpoint?.found.nodes(stage).reduce((longest, { ends }) => Math.max(longest, ends[path] ?? 0), 0)
    const file = await AppendFile.open(this.#origin(path, checkpoint?.found.stage(stage)?.files), end)
    this.#appended.push(file)
    checkpoint?.cover(file)
    return file
  }

  /**
   * The quarantine would take the place of what is read.
   * @throws ShoalError `SHOAL_JOB_OUTPUT_FAILED`
   */
  checkInputs(inputs: readonly InputFile[]): void {
    const path = this.#run.options.quarantine
    const there = path === undefined ? undefined : statPath(path)
    if (path === undefined || there === undefined) return
    const isIt = (input: InputFile): boolean => {
      const named = statPath(input.path)
      return named?.dev === there.dev && named.ino === there.ino
    }
    if (inputs.some(isIt)) throw outputFailed(path, 'it is an input of the job: give the quarantine a path of its own')
  }

  /** The mapped file that a source is a view of, where it is one: then the work is in place. */
  mappedBy(buffer: unknown): MappedFile | undefined {
    return this.#mapped.find(({ segment }) => segment.buffer === buffer)
  }

  /**
   * Keeps what mapped files hold when a stage begins that changes them in place, unless an earlier run has; the first begins with the originals.
   * @returns whether that run may have been at work on the stage: its record may be lost
   */
  async keepBefore(stage: number, files: readonly MappedFile[] = this.#mapped): Promise<boolean> {
    const { checkpoint } = this.#run
    if (stage === 0) return checkpoint?.found.job !== undefined
    const isRecorded = checkpoint?.found.stage(stage) !== undefined
    let mayHaveBegun = isRecorded
    for (const file of files) if (await file.keepBefore({ run: checkpoint?.runId ?? '', stage }, isRecorded)) mayHaveBegun = true
    return mayHaveBegun
  }

  /** Makes all mapped files what they were when the stage began. */
  async putBack(): Promise<void> {
    for (const file of this.#mapped) await file.putBack(0, file.segment.byteLength)
  }

  /** The files that are worked on in place, as they are until the job is done. */
  originals(): InputFile[] {
    return this.#mapped.flatMap(({ file, original }) =>
      original === undefined ? [] : [{ path: file.path, byteLength: statSync(original).size }],
    )
  }

  /** All that are open by now. */
  paths(): string[] {
    return this.#all().map(({ path }) => path)
  }

  /** How long the files are that are only appended to. */
  ends(): Record<string, number> {
    return Object.fromEntries(this.#appended.map(({ file, end }) => [file.path, end]))
  }

  async publish(): Promise<void> {
    for (const file of this.#appended) await file.sync()
    for (const file of this.#all()) {
      await file.sync()
      await file.publish()
    }
    for (const file of this.#mapped) file.forgetBefore()
    this.#isPublished = true
  }

  /** @param isLost whether nothing is to be continued with what is unfinished */
  async close(isLost: boolean): Promise<void> {
    for (const file of this.#all()) if (isLost && !this.#isPublished) await file.discard()
    for (const file of this.#mapped) {
      if (isLost) file.forgetBefore()
      await file.close()
    }
    for (const { file } of this.#appended) await file.close()
  }

  #all(): UnfinishedFile[] {
    return [...this.#mapped, ...this.#appended].map(({ file }) => file)
  }

  #identities(): Record<string, string> {
    return Object.fromEntries(this.#all().map(({ path, identity }) => [path, identity]))
  }

  /**
   * Whether a stage has changed a file before which the journal does not have all: what it has of chunks is in that file no more. Not where a
   * file has its name already: its original is no more either.
   */
  #areAhead(paths: readonly string[]): boolean {
    const { checkpoint } = this.#run
    if (checkpoint?.found.job === undefined) return false
    const { files } = checkpoint.found.job
    const isAhead = (path: string): boolean => {
      const copy = foundCopy(targetPath(path))
      return copy?.run === checkpoint.runId && !checkpoint.found.isComplete(copy.stage - 1)
    }
    return paths.some(isAhead) && !paths.some((path) => isPublished(path, files[path]))
  }

  #origin(path: string, found: Readonly<Record<string, string>> | undefined): FileOrigin {
    // The lock would tell of another run.
    if (this.#all().some((file) => file.target === path || file.path === path))
      throw outputFailed(path, 'the job has another output of that path: give each its own')
    const identity = found?.[path]
    return { path, identity, isPublished: this.#run.checkpoint?.found.isPublishing === true && isPublished(path, identity) }
  }
}
