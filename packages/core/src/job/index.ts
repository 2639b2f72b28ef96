export { checkRunOptions } from './check-run-options.js'
export { defineJob, isJob, type Job } from './define-job.js'
export type {
  ChunkStage,
  InPlaceStage,
  JobBasics,
  JobContext,
  JobDefinition,
  ProgramContext,
  ProgramStage,
  RecordsStage,
} from './job-definition.js'
export type {
  ChunkTiming,
  JobEvent,
  JobProgress,
  JobRange,
  JobRecording,
  JobReport,
  JobSample,
  JobStarted,
  StageRecording,
} from './job-events.js'
export { paramNames, parseParams, type RawParams } from './job-params.js'
export type { CheckpointPlan, JobPlan, StagePlan } from './job-plan.js'
export {
  type FileOutput,
  type FileOutputs,
  fileOutput,
  type OutputSegments,
  type RecordsOutput,
  type RecordsWritten,
  recordsOutput,
} from './outputs.js'
export { planJob } from './plan-job.js'
export { runJob } from './run-job.js'
export type { JobWorkers, RunJobOptions } from './run-options.js'
export type { StandardSchemaLike } from './standard-schema.js'
