import { stopNested } from '../protocol/index.js'
import { definitionOf, type Job } from './define-job.js'
import { JobRun } from './job-run.js'
import { resolveRunOptions } from './resolve-run-options.js'
import type { RunJobOptions } from './run-options.js'

/**
 * Runs a job and returns what its `finish` makes of the total. Without `pool`, one is made for this run.
 *
 * Called by a job file at its top level, it runs the job in the program that has imported the file first; workers import the file too, for its
 * kernels, and there the call does not return.
 *
 * @throws ShoalError
 * - `SHOAL_JOB_INTERRUPTED` when `signal` was aborted, `SHOAL_JOB_TIMEOUT`, `SHOAL_JOB_MEMORY`;
 * - `SHOAL_JOB_CHECKPOINT_BUSY` when another run has the checkpoint, `SHOAL_JOB_CHECKPOINT_MISMATCH` when it is of another run, and
 *   `SHOAL_JOB_CHECKPOINT_MISSING`, `SHOAL_JOB_CHECKPOINT_FAILED`;
 * - `SHOAL_JOB_OUTPUT_BUSY`, `SHOAL_JOB_OUTPUT_LOST`, `SHOAL_JOB_OUTPUT_FAILED` for the files that it writes;
 * - `SHOAL_JOB_TOO_MANY_SKIPPED` with `onError: 'skip'`;
 * - what `createPool` and `forChunks` throw, and what a kernel throws, of the lowest failing chunk.
 * @throws TypeError, RangeError for options that are none
 * @example const report = await runJob(job, { params: { file: 'big.log' }, workers: 4, checkpoint: 'state' })
 */
export async function runJob<P, F>(job: Job<P, F>, options: RunJobOptions<P>): Promise<F> {
  const definition = definitionOf(job)
  await stopNested('runJob()')
  const { onEvent, onProgress, onReport } = options ?? {}
  const run = new JobRun(definition, resolveRunOptions(definition.name, options as RunJobOptions<never>), { onEvent, onProgress, onReport })
  return (await run.run()) as F
}
