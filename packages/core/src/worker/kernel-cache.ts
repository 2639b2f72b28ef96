import { Script } from 'node:vm'
import type { KernelReference, ModuleKernelReference } from '../protocol/index.js'
import { importKernel } from './import-kernel.js'
import { refusePromise } from './refuse-promise.js'

export type Kernel = (...args: unknown[]) => unknown

/** The kernels that this worker has compiled or imported, and the loops compiled around them. */
export class KernelCache {
  readonly #kernels = new Map<string, Kernel>()
  readonly #loops = new Map<string, Kernel>()

  /** The kernel, unless it is in a module that has to be imported first. */
  get(reference: KernelReference): Kernel | undefined {
    const key = keyOf(reference)
    const known = this.#kernels.get(key)
    if (known !== undefined || reference.type === 'module') return known
    const kernel = compile(reference.name, `(${reference.text}\n)`)
    this.#kernels.set(key, kernel)
    return kernel
  }

  async load(reference: KernelReference): Promise<Kernel> {
    const known = this.get(reference)
    if (known !== undefined) return known
    const kernel = await importKernel(reference as ModuleKernelReference)
    this.#kernels.set(keyOf(reference), kernel)
    return kernel
  }

  /**
   * The loop called `shape` around a kernel. `text` gives its source, in which `kernel` stands for the kernel.
   * A module's kernel must have been loaded.
   */
  loop(reference: KernelReference, shape: string, text: () => string): Kernel {
    const key = `${shape}\0${keyOf(reference)}`
    const known = this.#loops.get(key)
    if (known !== undefined) return known
    // Equal sources could share what V8 learns about them: the number makes each its own.
    const source = `/* ${this.#loops.size} */ ${text()}`
    if (reference.type === 'module') {
      return this.#keep(key, compile(shape, `(kernel) => ${source}`)(this.get(reference)) as Kernel)
    }
    return this.#keep(key, compile(reference.name, `{ const kernel = (${reference.text}\n); return ${source} }`))
  }

  #keep(key: string, loop: Kernel): Kernel {
    this.#loops.set(key, loop)
    return loop
  }
}

function keyOf(reference: KernelReference): string {
  return reference.type === 'source' ? reference.text : `${reference.url}\0${reference.path.join('\0')}`
}

/** Strict mode as in the module that the function came from; `__name` is what esbuild's keepNames calls. */
function compile(name: string, body: string): Kernel {
  const script = new Script(`'use strict';((__name, refusePromise)=>${body})`, { filename: `shoal:kernel/${name}` })
  return script.runInThisContext()((f: unknown) => f, refusePromise) as Kernel
}
