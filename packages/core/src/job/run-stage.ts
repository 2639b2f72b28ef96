import type { JobRun } from './job-run.js'
import { runChunkStage } from './run-chunk-stage.js'
import { runProgramStage } from './run-program-stage.js'

export interface StageResult {
  readonly value: unknown
  readonly rows: number | undefined
  /** Bytes of its input, where it is made of bytes. */
  readonly bytes: number | undefined
}

/** Runs one stage of a job: from what an earlier run has left of it to what its `finish` returns. */
export async function runStage(run: JobRun, index: number, previous: unknown): Promise<StageResult> {
  const stage = run.stages[index]!
  const runIt = stage.program === undefined ? runChunkStage : runProgramStage
  return runIt(run, index, stage, previous)
}
