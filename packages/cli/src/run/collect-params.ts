import { type Job, paramNames, type RawParams } from '@shoal/core/job'
import { UsageError } from '../usage-error.js'

/** Gives positional arguments the names of the declared parameters, in order, and adds those given by name. */
export function collectParams(job: Job<unknown, unknown>, args: readonly string[], named: readonly [string, string][]): RawParams {
  const names = paramNames(job)
  if (names === undefined && args.length > 0)
    throw new UsageError(`${job.name} does not tell its parameters' names: give them with --param`)
  const extra = args[names?.length ?? 0]
  if (extra !== undefined) throw new UsageError(`${job.name} takes ${describeNames(names ?? [])} but received one more argument: ${extra}`)
  const params: Record<string, string | string[]> = {}
  for (const [index, value] of args.entries()) params[names![index]!] = value
  for (const [name, value] of named) {
    const earlier = params[name]
    params[name] = earlier === undefined ? value : [earlier, value].flat()
  }
  return params
}

function describeNames(names: readonly string[]): string {
  return names.length === 0 ? 'no arguments' : `the arguments ${names.join(', ')}`
}
