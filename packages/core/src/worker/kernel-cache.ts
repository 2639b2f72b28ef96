import { Script } from 'node:vm'
import type { KernelReference } from '../protocol/index.js'
import { importKernel } from './import-kernel.js'
import { refusePromise } from './refuse-promise.js'

export type Kernel = (...args: unknown[]) => unknown

/** The kernels that this worker has compiled or imported, and the loops compiled around them. */
export class KernelCache {
  readonly #kernels = new Map<string, Kernel>()
  readonly #loops = new Map<string, Kernel>()

  get(reference: KernelReference): Kernel | undefined {
    return this.#kernels.get(keyOf(reference))
  }

  async load(reference: KernelReference): Promise<Kernel> {
    const key = keyOf(reference)
    const known = this.#kernels.get(key)
    if (known !== undefined) return known
    const kernel = reference.type === 'source' ? compile(reference.name, `(${reference.text}\n)`) : await importKernel(reference)
    this.#kernels.set(key, kernel)
    return kernel
  }

  /** The loop called `shape` around a kernel. `text` gives its source, in which `kernel` stands for the kernel. */
  loop(reference: KernelReference, shape: string, text: () => string): Kernel | Promise<Kernel> {
    const key = `${shape}\0${keyOf(reference)}`
    const known = this.#loops.get(key)
    if (known !== undefined) return known
    // Equal sources could share what V8 learns about them: the number makes each its own.
    const source = `/* ${this.#loops.size} */ ${text()}`
    if (reference.type === 'module') {
      return this.load(reference).then((kernel) => this.#keep(key, compile(shape, `(kernel) => ${source}`)(kernel) as Kernel))
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
