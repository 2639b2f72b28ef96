import type { AnyStage } from './job-definition.js'
import type { JobRun } from './job-run.js'
import { identifyInputs } from './journal/index.js'
import { runProgram } from './program/run-program.js'
import type { StageResult } from './run-stage.js'
import { stageKernel } from './stage-kernel.js'

/** Runs a stage that is one program on all ranks. */
export async function runProgramStage(run: JobRun, index: number, stage: AnyStage, previous: unknown): Promise<StageResult> {
  const { options, pool, calls, control, checkpoint, recorder, files, stages } = run
  const context = run.contextOf(previous)
  const ranks = pool.size
  // What the program changes of files is not known: all of them, for one that has to begin anew.
  const isContinued = checkpoint !== undefined && !checkpoint.found.isComplete(index) && (await files.keepBefore(index))
  const inputs = index === 0 && checkpoint !== undefined ? await identifyInputs(files.originals(), options.hashInputs) : []
  await checkpoint?.beginStage({ type: 'stage', stage: index, inputs, cut: { workers: ranks }, files: {} })
  const [found] = checkpoint?.found.nodes(index) ?? []
  const done = found === undefined ? 0 : 1
  const facts = { stage: index, stages: stages.length, name: stage.name, kind: 'program' as const, counts: 'steps' as const }
  recorder.beginStage({ ...facts, total: 0, totalChunks: 1, resumed: 0, resumedChunks: done, inputs: [], outputs: files.paths() })
  const runIt = (): Promise<unknown[]> =>
    runProgram({
      calls,
      program: stageKernel(run, index, 'program'),
      params: options.params,
      job: context,
      saving: {
        path: checkpoint?.statePath,
        key: { run: checkpoint?.runId ?? '', stage: index, ranks },
        everyMs: options.checkpointMs,
      },
      control,
      isContinued,
      putBack: () => files.putBack(),
      retries: options.retries,
      onRetried: (attempt, error) => recorder.event({ type: 'retried', stage: index, range: { start: 0, end: ranks }, attempt, error }),
      onProgress: ({ done: extent, retries }) => recorder.progress({ extent, chunks: 0, retries }),
    })
  const results = found === undefined ? await runIt() : (found.value as unknown[])
  if (found === undefined) {
    checkpoint?.add({ type: 'node', stage: index, level: 0, index: 0, chunks: 1, value: results, ends: files.ends(), skipped: 0 })
    recorder.progress({ extent: 0, chunks: 1, retries: 0 })
  }
  await checkpoint?.flush()
  recorder.endStage()
  const value = stage.finish === undefined ? results : await control.orStopped(stage.finish(results, options.params, context))
  return { value, rows: stage.rows?.(results), bytes: undefined }
}
