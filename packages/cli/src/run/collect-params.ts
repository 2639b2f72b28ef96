import { type Job, paramNames } from '@shoal/core/job'
import { UsageError } from '../usage-error.js'
import { type ParamSchema, paramSchema } from './describe-params.js'

export type Params = Readonly<Record<string, unknown>>

/**
 * Gives positional arguments the names of the declared parameters, in order, and adds those given by name: to those of the configuration.
 * The last parameter, if it is a list, takes all further arguments. Texts become numbers, booleans and lists where the schema wants them.
 */
export async function collectParams(
  job: Job<never, unknown>,
  args: readonly string[],
  named: readonly [string, string][],
  configured: Params = {},
): Promise<Params> {
  const names = paramNames(job)
  const declared = Object.entries((await paramSchema(job, 'input'))?.properties ?? {})
  const properties: Properties = Object.fromEntries(declared.map(([name, schema]) => [name, withoutNull(schema)]))
  const given = new Map<string, string[]>()
  for (const [name, value] of [...positional(job, names, args, properties), ...named]) given.set(name, [...(given.get(name) ?? []), value])
  const converted = [...given].map(([name, values]) => {
    const type = properties[name]?.type
    if (values.length > 1 && type !== undefined && type !== 'array')
      throw new UsageError(`expected one value for the parameter ${name} but received ${values.length}: ${values.join(', ')}`)
    return [name, convert(values, properties[name])]
  })
  return { ...configured, ...Object.fromEntries(converted) }
}

type Properties = NonNullable<ParamSchema['properties']>

/** Nothing on a command line is null. */
function withoutNull(schema: ParamSchema): ParamSchema {
  const [only, ...others] = schema.anyOf?.filter(({ type }) => type !== 'null') ?? []
  return only !== undefined && others.length === 0 ? only : schema
}

function positional(
  job: Job<never, unknown>,
  names: readonly string[] | undefined,
  args: readonly string[],
  properties: Properties,
): [string, string][] {
  if (names === undefined && args.length > 0)
    throw new UsageError(`${job.name} does not tell its parameters' names: give them with --param`)
  const last = names?.at(-1)
  const takesRest = last !== undefined && properties[last]?.type === 'array'
  const extra = takesRest ? undefined : args[names?.length ?? 0]
  if (extra !== undefined) throw new UsageError(`${job.name} takes ${describeNames(names ?? [])} but received one more argument: ${extra}`)
  return args.map((value, index) => [names?.[index] ?? last!, value])
}

function describeNames(names: readonly string[]): string {
  return names.length === 0 ? 'no arguments' : `the arguments ${names.join(', ')}`
}

/** One value for a parameter that was given once and is no list. What does not convert is left for the schema to complain about. */
function convert(values: readonly string[], schema: ParamSchema | undefined): unknown {
  if (schema?.type === 'array') return values.map((value) => convertOne(value, schema.items))
  const converted = values.map((value) => convertOne(value, schema))
  return converted.length === 1 ? converted[0] : converted
}

function convertOne(text: string, schema: ParamSchema | undefined): unknown {
  if (schema?.type === 'number' || schema?.type === 'integer') {
    const value = Number(text)
    return text.trim() === '' || Number.isNaN(value) ? text : value
  }
  if (schema?.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
