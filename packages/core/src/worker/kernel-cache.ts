import { Script } from 'node:vm'
import { ShoalError } from '../errors/index.js'
import type { KernelReference } from '../protocol/index.js'

export type Kernel = (...args: unknown[]) => unknown

/** The kernels that this worker has compiled or imported. */
export class KernelCache {
  readonly #kernels = new Map<string, Kernel>()

  get(reference: KernelReference): Kernel | undefined {
    return this.#kernels.get(keyOf(reference))
  }

  async load(reference: KernelReference): Promise<Kernel> {
    const key = keyOf(reference)
    const known = this.#kernels.get(key)
    if (known !== undefined) return known
    const kernel = reference.type === 'source' ? compile(reference.name, reference.text) : await importKernel(reference.url, reference.path)
    this.#kernels.set(key, kernel)
    return kernel
  }
}

function keyOf(reference: KernelReference): string {
  return reference.type === 'source' ? reference.text : `${reference.url}\0${reference.path.join('\0')}`
}

/** Strict mode as in the module that the function came from; `__name` is what esbuild's keepNames calls. */
function compile(name: string, text: string): Kernel {
  const script = new Script(`'use strict';((__name)=>(${text}\n))((f)=>f)`, { filename: `shoal:kernel/${name}` })
  return script.runInThisContext() as Kernel
}

async function importKernel(url: string, path: readonly string[]): Promise<Kernel> {
  let value: unknown = await import(url)
  for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key]
  if (typeof value !== 'function') {
    throw new ShoalError(
      'SHOAL_KERNEL_NOT_FOUND',
      `Expected a function ${path.join('.')} in ${url} but found ${typeof value}: is it exported?`,
    )
  }
  return value as Kernel
}
