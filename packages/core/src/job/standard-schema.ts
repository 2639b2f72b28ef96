/** What a schema of any library that follows the Standard Schema specification (version 1) offers; `T` is what it turns values into. */
export interface StandardSchemaLike<T> {
  readonly '~standard': {
    readonly validate?: (value: unknown) => SchemaResult | Promise<SchemaResult>
    readonly types?: { readonly output: T } | undefined
  }
}

export type SchemaResult = { readonly value: unknown; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] }

export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}
