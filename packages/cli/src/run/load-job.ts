import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isJob, type Job } from '@shoal/core/job'
import { isFile } from '../is-file.js'
import { UsageError } from '../usage-error.js'
import { importDefault } from './import-default.js'

export interface LoadedJob {
  readonly job: Job<unknown, unknown>
  /** Where workers import it from. */
  readonly url: string
}

/** Imports a job file. */
export async function loadJob(path: string): Promise<LoadedJob> {
  if (!isFile(path)) throw new UsageError(`expected a job file but found none at ${path}`)
  const url = pathToFileURL(resolve(path)).href
  const job = await importJob(url, path)
  if (!isJob(job)) throw new UsageError(`expected ${path} to export a job made by defineJob() as its default`)
  return { job, url }
}

function importJob(url: string, path: string): Promise<unknown> {
  return importDefault(url).catch((error: unknown) => {
    if (Object(error).code !== 'ERR_UNKNOWN_FILE_EXTENSION' || !/\.[mc]?ts$/.test(path)) throw whileLoading(path, error)
    throw new UsageError(
      `expected a job file in JavaScript: Node ${process.versions.node} does not run ${path} as it is. Compile it, or use 22.18 or later`,
    )
  })
}

/** Syntax errors and the like do not say where they are. */
function whileLoading(path: string, error: unknown): Error {
  const { message, stack } = error instanceof Error ? error : { message: String(error) }
  return Object.assign(new Error(`${path} cannot be loaded: ${message}`, { cause: error }), stack !== undefined && { stack })
}
