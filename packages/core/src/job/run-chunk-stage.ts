import { expectedType } from '../errors/index.js'
import { moduleKernel } from '../pool/index.js'
import { type OpenedSource, open } from '../source/index.js'
import { concatenate, type Pieces } from './chunks/concatenate.js'
import type { Outcome } from './chunks/outcome.js'
import { putBack, putBackRest } from './chunks/put-back.js'
import type { Window } from './chunks/remaining.js'
import { RunChunks } from './chunks/run-chunks.js'
import type { ChunkKernels, DoneWindow } from './chunks/window-runner.js'
import type { WindowBytes } from './chunks/window-size.js'
import type { AppendFile } from './files/append-file.js'
import type { MappedFile } from './files/mapped-file.js'
import type { AnyStage } from './job-definition.js'
import type { JobRun } from './job-run.js'
import { identifyInputs, type NodeRecord } from './journal/index.js'
import { recordsOutputOf } from './outputs.js'
import type { StageResult } from './run-stage.js'
import { cutOf } from './stage-cut.js'
import { stageKernel } from './stage-kernel.js'

/** Runs a stage over the chunks of its input. */
export function runChunkStage(run: JobRun, index: number, stage: AnyStage, previous: unknown): Promise<StageResult> {
  return new ChunkStageRun(run, index, stage, previous).run()
}

class ChunkStageRun {
  readonly #run: JobRun
  readonly #index: number
  readonly #stage: AnyStage
  readonly #context: ReturnType<JobRun['contextOf']>
  #records: AppendFile | undefined
  #inPlace: MappedFile | undefined

  constructor(run: JobRun, index: number, stage: AnyStage, previous: unknown) {
    this.#run = run
    this.#index = index
    this.#stage = stage
    this.#context = run.contextOf(previous)
  }

  async run(): Promise<StageResult> {
    const { params } = this.#run.options
    const source = this.#stage.input!(params, this.#context)
    const opened = this.#open(source)
    try {
      const total = await this.#runOpened(opened)
      const stage = this.#stage
      const value = stage.finish === undefined ? total : await this.#run.control.orStopped(stage.finish(total, params, this.#context))
      return { value, rows: this.#stage.rows?.(total), bytes: bytesOf(source, opened) }
    } finally {
      opened.close()
    }
  }

  /** Cut as before where it is continued: only what does not say how depends on the number of workers. */
  #open(source: unknown): OpenedSource {
    return open(source, { ...this.#run.options.cutting, width: this.#width })
  }

  get #width(): number {
    return (this.#run.checkpoint?.found.stage(this.#index)?.cut.width ?? this.#run.pool.size) as number
  }

  async #runOpened(opened: OpenedSource): Promise<unknown> {
    const { options, control, pool, calls, checkpoint, recorder, files, stages } = this.#run
    const index = this.#index
    files.checkInputs(opened.files)
    const mayHaveBegun = await this.#openFiles(opened)
    await this.#begin(opened)
    const found = checkpoint?.found.nodes(index) ?? []
    const count = Math.max(1, opened.cutting.count)
    const resumedChunks = found.reduce((sum, { chunks }) => sum + chunks, 0)
    const resumed = found.reduce((sum, { level, index }) => {
      const extent = (chunk: number): number => opened.extentBefore(Math.min(count, chunk * 2 ** level))
      return sum + extent(index + 1) - extent(index)
    }, 0)
    const kind = 'chunks' as const
    const counts = opened.data.type === 'text' ? ('bytes' as const) : ('elements' as const)
    const facts = { stage: index, stages: stages.length, name: this.#stage.name, kind, counts }
    const places = { inputs: opened.files, outputs: files.paths() }
    recorder.beginStage({ ...facts, ...places, total: opened.total, totalChunks: count, resumed, resumedChunks })
    // Chunks may have been begun though none was committed.
    const inPlace = this.#inPlace
    if (mayHaveBegun) await putBackRest(inPlace!, opened, found)
    const isWindowed = checkpoint !== undefined || this.#records !== undefined || inPlace !== undefined || files.quarantine !== undefined
    // Without windows nothing can be kept of what is running: there is no reason to wait for it.
    if (!isWindowed) control.onStop(() => control.stop(undefined, 'hard'))
    const chunks = new RunChunks({
      pool,
      calls,
      opened,
      kernels: this.#kernels(),
      args: [options.params, this.#context],
      control,
      isWindowed,
      isOrdered: this.#records !== undefined || files.quarantine !== undefined,
      isSkipping: files.quarantine !== undefined,
      // A chunk in place is put back and begun again by us; the others again by the pool.
      retry: options.retries === 0 || inPlace !== undefined ? 'never' : 'idempotent',
      retries: options.retries,
      done: found.map(({ level, index, value, isEmpty }) => ({ level, index, outcome: isEmpty ? { isEmpty } : { value } })),
      putBack: inPlace && ((window) => putBack(inPlace, opened, window)),
      accept: (done) => this.#accept(done),
      onRetried: ({ first, end }, attempt, error) =>
        recorder.event({ type: 'retried', stage: index, range: opened.rangeOf(first, end), attempt, error }),
      onProgress: (progress) => recorder.progress(progress),
    })
    const total = await chunks.run()
    await checkpoint?.flush()
    recorder.endStage()
    if (this.#records === undefined) return total
    return { path: this.#records.file.path, byteLength: this.#records.end }
  }

  /** @returns whether chunks in place may have been begun that are not done */
  async #openFiles(opened: OpenedSource): Promise<boolean> {
    const { files, options, checkpoint } = this.#run
    const { data } = opened
    if (data.type === 'view') this.#inPlace = files.mappedBy(data.source.buffer)
    if (this.#inPlace !== undefined && files.quarantine !== undefined) {
      throw expectedType('onError', "'fail' for a job in place (a chunk that has thrown is half changed)", 'skip')
    }
    if (this.#stage.output !== undefined) {
      const output = recordsOutputOf(this.#stage.output(options.params, this.#context))
      this.#records = await files.openRecords(output, this.#index)
    }
    const isPutBack = checkpoint === undefined ? options.retries > 0 : !checkpoint.found.isComplete(this.#index)
    if (this.#inPlace === undefined || !isPutBack) return false
    return files.keepBefore(this.#index, [this.#inPlace])
  }

  async #begin(opened: OpenedSource): Promise<void> {
    const { checkpoint, options, files } = this.#run
    if (checkpoint === undefined) return
    await checkpoint.beginStage({
      type: 'stage',
      stage: this.#index,
      inputs: await identifyInputs([...opened.files, ...(this.#index === 0 ? files.originals() : [])], options.hashInputs),
      cut: cutOf(options.cutting, opened, this.#width),
      files: this.#records === undefined ? {} : { [this.#records.file.path]: this.#records.file.identity },
    })
  }

  #kernels(): ChunkKernels {
    const chunk = stageKernel(this.#run, this.#index, 'chunk')
    const { combine } = this.#stage
    if (this.#records !== undefined) {
      const pieces = moduleKernel(import.meta.resolve('#internal/job/chunks/concatenate.js'), ['concatenate'])
      return { chunk, combine: pieces, combineHere: concatenateHere, isTotalled: false }
    }
    if (combine === undefined) return { chunk, combine: undefined, combineHere: undefined, isTotalled: false }
    return { chunk, combine: stageKernel(this.#run, this.#index, 'combine'), combineHere: combine, isTotalled: true }
  }

  /** Takes a window that is done: what it has made is written, then it counts. */
  async #accept({ window, outcome, skipped }: DoneWindow): Promise<WindowBytes> {
    const { files, checkpoint, recorder } = this.#run
    for (const one of skipped) {
      await files.quarantine!.add(one)
      recorder.skipped(one.range, one.error)
    }
    const written = this.#records === undefined ? 0 : await this.#write(this.#records, outcome)
    return { written, kept: checkpoint?.add(this.#nodeOf(window, outcome)) ?? 0 }
  }

  #nodeOf({ level, index, first, end }: Window, outcome: Outcome): NodeRecord {
    const { files } = this.#run
    const kept = 'isEmpty' in outcome ? outcome : { value: this.#records === undefined ? outcome.value : undefined }
    const facts = { type: 'node' as const, stage: this.#index, level, index, chunks: end - first }
    return { ...facts, ...kept, ends: files.ends(), skipped: files.quarantine?.count ?? 0 }
  }

  async #write(file: AppendFile, outcome: Outcome): Promise<number> {
    if ('isEmpty' in outcome) return 0
    const from = file.end
    const pieces = outcome.value as Pieces
    for (const piece of Array.isArray(pieces) ? pieces : [pieces]) {
      if (typeof piece !== 'string' && !(piece instanceof Uint8Array))
        throw expectedType('what chunk returns', 'a string or a Uint8Array', piece)
      await file.append(piece)
    }
    return file.end - from
  }
}

function concatenateHere(earlier: unknown, later: unknown): unknown {
  return concatenate(earlier as Pieces, later as Pieces)
}

function bytesOf(source: unknown, { files }: OpenedSource): number | undefined {
  if (ArrayBuffer.isView(source)) return source.byteLength
  return files.length === 0 ? undefined : files.reduce((sum, { byteLength }) => sum + byteLength, 0)
}
