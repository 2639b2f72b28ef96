import { definitionOf, type Job } from './define-job.js'
import { resolveRunOptions } from './resolve-run-options.js'
import type { RunJobOptions } from './run-options.js'

/**
 * Throws what `runJob` would for options that are none, what the environment says of them included: tells a wrong call from a job that fails.
 *
 * @throws TypeError, RangeError
 */
export function checkRunOptions<P, F>(job: Job<P, F>, options: RunJobOptions<P>): void {
  resolveRunOptions(definitionOf(job).name, options as RunJobOptions<never>)
}
