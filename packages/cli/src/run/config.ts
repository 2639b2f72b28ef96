import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as v from 'valibot'
import { isFile } from '../is-file.js'
import { UsageError } from '../usage-error.js'
import { importDefault } from './import-default.js'
import type { RunOptions } from './run-options.js'

/** Looked for in the working directory. */
const defaultNames = ['shoal.config.js', 'shoal.config.mjs', 'shoal.config.ts']

const path = v.pipe(v.string(), v.nonEmpty())
const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  workers: v.optional(count),
  backend: v.optional(v.picklist(['threads', 'processes'])),
  affinity: v.optional(v.union([v.picklist(['none', 'cores']), v.array(v.array(v.number()))])),
  schedule: v.optional(v.picklist(['auto', 'static', 'dynamic', 'guided'])),
  chunkLength: v.optional(count),
  retries: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  timeoutMs: v.optional(v.pipe(v.number(), v.minValue(1))),
  maxMemoryBytes: v.optional(count),
  checkpoint: v.optional(path),
  resume: v.optional(v.boolean()),
  hashInputs: v.optional(v.boolean()),
  onError: v.optional(v.picklist(['fail', 'skip'])),
  quarantine: v.optional(path),
  report: v.optional(path),
  trace: v.optional(path),
  json: v.optional(v.boolean()),
  quiet: v.optional(v.boolean()),
  verbose: v.optional(v.boolean()),
  params: v.optional(v.record(v.string(), v.unknown())),
})

/** What a configuration file exports as its default: options of `shoal run`, and parameters. */
export type Config = RunOptions & { readonly params?: Readonly<Record<string, unknown>> }

/** The configuration file that is given, or the one that is there; empty without. Paths in it are relative to the working directory. */
export async function loadConfig(given: string | undefined): Promise<Config> {
  const file = given ?? defaultNames.find((name) => existsSync(name))
  if (file === undefined) return {}
  // A pipe would be waited for; nothing is a configuration too.
  if (file !== '/dev/null' && !isFile(file)) throw new UsageError(`expected a configuration file but found none at ${file}`)
  const result = v.safeParse(schema, await importConfig(file))
  if (result.success) return result.output as Config
  const problems = result.issues.map(
    (issue) => `${v.getDotPath(issue) ?? 'its default export'}: ${issue.expected === 'never' ? 'there is no such option' : issue.message}`,
  )
  throw new UsageError(`${file}: ${problems.join('; ')}`)
}

async function importConfig(file: string): Promise<unknown> {
  try {
    return await importDefault(pathToFileURL(resolve(file)).href, file.endsWith('.json') ? { type: 'json' } : undefined)
  } catch (cause) {
    // Syntax errors and the like do not say where they are.
    throw new UsageError(`${file} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}
