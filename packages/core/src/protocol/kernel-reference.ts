/** A kernel as it travels: the source of a self-contained function, or where to import it from. */
export type KernelReference = SourceKernel | ModuleKernelReference

export interface SourceKernel {
  readonly type: 'source'
  readonly name: string
  readonly text: string
}

export interface ModuleKernelReference {
  readonly type: 'module'
  readonly url: string
  /** Property names from the module's namespace to the function: `['default', 'chunk']`. */
  readonly path: readonly string[]
}
