import type { KernelDefinition, KernelReference, ModuleKernelDefinition } from '../protocol/index.js'
import { compileAround, compileExpression } from './compile-kernel.js'
import { importKernel, requireKernel } from './import-kernel.js'
import { refuseAsync } from './refuse-promise.js'

export type Kernel = (...args: unknown[]) => unknown

/** The kernels that this worker has been sent, compiled or imported once, and the loops compiled around them. */
export class KernelCache {
  readonly #definitions = new Map<number, KernelDefinition>()
  readonly #kernels = new Map<number, Kernel>()
  readonly #loops = new Map<string, Kernel>()

  /** Takes in what the parent says the kernel is. */
  define({ id }: KernelReference, definition: KernelDefinition): void {
    this.#definitions.set(id, definition)
  }

  /** The kernel, unless it is in a module that has to be imported first. */
  get({ id }: KernelReference): Kernel | undefined {
    const known = this.#kernels.get(id)
    const definition = this.#definitions.get(id)!
    if (known !== undefined || definition.type === 'module') return known
    const kernel = compileAround(definition, 'kernel') as Kernel
    this.#kernels.set(id, kernel)
    return kernel
  }

  /** In characters; infinite where the source is not known. */
  textLength({ id }: KernelReference): number {
    const definition = this.#definitions.get(id)!
    return definition.type === 'source' ? definition.text.length : Number.POSITIVE_INFINITY
  }

  async load(reference: KernelReference): Promise<Kernel> {
    const known = this.get(reference)
    if (known !== undefined) return known
    const kernel = await importKernel(this.#definitions.get(reference.id) as ModuleKernelDefinition)
    this.#kernels.set(reference.id, kernel)
    return kernel
  }

  /** The same for who can not wait. */
  require(reference: KernelReference): Kernel {
    const known = this.get(reference)
    if (known !== undefined) return known
    const kernel = requireKernel(this.#definitions.get(reference.id) as ModuleKernelDefinition)
    this.#kernels.set(reference.id, kernel)
    return kernel
  }

  /**
   * The loop called `shape` around a kernel. `text` gives its source, in which `kernel` stands for the kernel. That of a module must have
   * been loaded.
   */
  loop(reference: KernelReference, shape: string, text: () => string): Kernel {
    const key = `${reference.id} ${shape}`
    const known = this.#loops.get(key)
    if (known !== undefined) return known
    // Equal sources could share what V8 learns about them: the comment makes each its own.
    const expression = `/* ${key} */ ${text()}`
    const definition = this.#definitions.get(reference.id)!
    if (definition.type === 'source') return this.#keep(key, compileAround(definition, expression))
    const around = compileExpression(`(kernel) => ${expression}`, shape) as (kernel: Kernel) => unknown
    return this.#keep(key, around(refuseAsync(this.get(reference)!)))
  }

  #keep(key: string, loop: unknown): Kernel {
    this.#loops.set(key, loop as Kernel)
    return loop as Kernel
  }
}
