import { requireOptions, ShoalError } from '../errors/index.js'
import { definitionOf, type Job } from './define-job.js'
import type { SchemaIssue } from './standard-schema.js'

/** Values as they come from outside, by name: whatever the schema makes something of. */
export type RawParams = Readonly<Record<string, unknown>>

/**
 * The names of a job's parameters, in the order of their declaration, which positional arguments follow.
 * Standard Schema does not tell them, so they are read from where the libraries keep them: `entries` (Valibot) or `shape` (Zod).
 * Undefined when the schema has neither.
 */
export function paramNames(job: Job<never, unknown>): readonly string[] | undefined {
  const schema: { params?: unknown } = definitionOf(job)
  if (schema.params === undefined) return []
  const { entries, shape } = schema.params as { entries?: unknown; shape?: unknown }
  const fields = entries ?? shape
  return typeof fields === 'object' && fields !== null ? Object.keys(fields) : undefined
}

/**
 * Checks raw values against the job's schema and returns what the schema makes of them.
 * @throws ShoalError `SHOAL_JOB_PARAMS`, naming every parameter that is wrong.
 */
export async function parseParams(job: Job<never, unknown>, raw: RawParams): Promise<unknown> {
  const { name, params } = definitionOf(job)
  requireOptions(raw, 'raw', 'an object of values by name')
  const names = paramNames(job)
  const unknownName = unknownParam(raw, names)
  if (unknownName !== undefined) {
    const others = names?.length === 0 ? '' : `, or name one of ${names?.join(', ')}`
    throw new ShoalError('SHOAL_JOB_PARAMS', `${name} has no parameter '${unknownName}': leave it out${others}`)
  }
  const result = await params?.['~standard'].validate?.(raw)
  if (result === undefined) return raw
  if (result.issues === undefined) return result.value
  throw new ShoalError('SHOAL_JOB_PARAMS', `${name}: ${result.issues.map(describe).join('; ')}`)
}

function unknownParam(raw: RawParams, names: readonly string[] | undefined): string | undefined {
  return names === undefined ? undefined : Object.keys(raw).find((name) => !names.includes(name))
}

function describe(issue: SchemaIssue): string {
  const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
  return path === '' ? issue.message : `${path}: ${issue.message}`
}
