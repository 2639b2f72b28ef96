export { defineJob, isJob, type Job, type JobDefinition } from './define-job.js'
export { paramNames, parseParams, type RawParams } from './job-params.js'
export { type JobReport, type RunJobOptions, runJob } from './run-job.js'
export type { StandardSchemaLike } from './standard-schema.js'
