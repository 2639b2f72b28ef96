import { type Job, paramNames } from '@shoal/core/job'

/** A declared parameter, as far as its schema can say. */
export interface ParamDescription {
  readonly name: string
  /** `integer`, `threads | processes`, `string…` for several. */
  readonly type: string
  readonly isRequired: boolean
  readonly default: unknown
  readonly help: string | undefined
}

/** What is used of JSON Schema. */
export interface ParamSchema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly ParamSchema[]
  readonly items?: ParamSchema
  readonly default?: unknown
  readonly description?: string
  readonly properties?: Readonly<Record<string, ParamSchema>>
  readonly required?: readonly string[]
}

type Side = 'input' | 'output'

/** The sides of Standard Schema that tell a schema as JSON Schema. */
interface StandardSchema {
  readonly '~standard': { readonly vendor?: string; readonly jsonSchema?: Record<Side, (options: { target: string }) => ParamSchema> }
}

/**
 * The parameters as JSON Schema: what values are given as, or what they become. Undefined where the schema cannot tell.
 * @param side values are texts on the input side of a schema that converts them, and numbers on its output side
 */
export async function paramSchema(job: Job<never, unknown>, side: Side): Promise<ParamSchema | undefined> {
  const schema = (job as { params?: StandardSchema }).params
  const standard = schema?.['~standard']
  try {
    if (standard?.jsonSchema !== undefined) return standard.jsonSchema[side]({ target: 'draft-2020-12' })
    if (standard?.vendor !== 'valibot') return undefined
    // Valibot has this side in a package of its own.
    const { toJsonSchema } = await import('@valibot/to-json-schema')
    return toJsonSchema(schema as never, { typeMode: side, errorMode: 'ignore' }) as ParamSchema
  } catch {
    return undefined
  }
}

/** In the order of their declaration. */
export async function describeParams(job: Job<never, unknown>): Promise<ParamDescription[]> {
  const [input, output] = await Promise.all([paramSchema(job, 'input'), paramSchema(job, 'output')])
  const names = paramNames(job) ?? Object.keys(input?.properties ?? {})
  return names.map((name) => {
    const [given, made] = [input?.properties?.[name], output?.properties?.[name]]
    return {
      name,
      // What a text becomes says more than that it is one.
      type: typeText(made) ?? typeText(given) ?? 'string',
      isRequired: input?.required?.includes(name) ?? false,
      default: given?.default ?? made?.default,
      help: given?.description ?? made?.description,
    }
  })
}

function typeText(schema: ParamSchema | undefined): string | undefined {
  if (schema === undefined) return undefined
  if (schema.enum !== undefined) return schema.enum.map(String).join(' | ')
  if (schema.const !== undefined) return String(schema.const)
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeText))].filter(Boolean).join(' | ') || undefined
  return schema.type === 'array' ? `${typeText(schema.items) ?? 'value'}…` : schema.type
}
