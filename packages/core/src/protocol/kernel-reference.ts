/** Names a kernel between a parent and its workers. What it is goes ahead of the first call that needs it, once a worker. */
export interface KernelReference {
  /** Equal sources have equal ids. */
  readonly id: number
}

/** A kernel as it travels: the source of a self-contained function, or where to import it from. */
export type KernelDefinition = SourceKernel | ModuleKernelDefinition

export interface SourceKernel {
  readonly type: 'source'
  readonly name: string
  /** For messages, with where it was given to a pool: `The kernel scale (app.ts:12:7)`. */
  readonly title: string
  readonly text: string
  readonly isAsync: boolean
  /** Names that the source leaves to its surroundings: only global ones are there in a worker. */
  readonly freeNames: readonly string[]
}

export interface ModuleKernelDefinition {
  readonly type: 'module'
  readonly url: string
  /** Property names from the module's namespace to the function: `['default', 'chunk']`. */
  readonly path: readonly string[]
  /** Where the module may announce this before it is evaluated to its end: its default export. */
  readonly announcedAs?: string | undefined
}
