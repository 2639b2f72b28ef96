import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expectedType } from '../errors/index.js'
import { type AnyFunction, registerModuleKernel } from './kernel-reference.js'

declare const kernelBrand: unique symbol

/** A function of a module, by URL. It may import, and close over its module. Callable in types only. */
export type ModuleKernel<F> = F & { readonly [kernelBrand]: { readonly url: string; readonly name: string } }

/** The functions of a module as kernels. */
export type ModuleKernels<M extends object> = { readonly [K in keyof M as M[K] extends AnyFunction ? K : never]: ModuleKernel<M[K]> }

/**
 * The exported function `name` of a module as a kernel: workers import the module, this side does not.
 *
 * @param url an absolute URL or path; as a rule `new URL('./kernels.js', import.meta.url)`
 * @throws TypeError for a relative URL. The call that runs the kernel rejects with ShoalError `SHOAL_KERNEL_MODULE_FAILED` when the module
 *   is missing or throws while it loads, `SHOAL_KERNEL_NOT_FOUND` when it exports no such function.
 * @example const hash = kernelFrom<typeof import('./kernels.js').hash>(new URL('./kernels.js', import.meta.url), 'hash')
 */
export function kernelFrom<F extends AnyFunction>(url: URL | string, name = 'default'): ModuleKernel<F> {
  if (typeof name !== 'string') throw expectedType('name', 'the name of an export', name)
  return moduleKernel(absolute(url), [name])
}

/**
 * The exported functions of a module as kernels, found by name when they are used: workers import the module, this side does not.
 * The types come from the module; everything else is as in `kernelFrom`.
 *
 * @example
 * const { assign, update } = kernelsFrom<typeof import('./kernels.js')>(new URL('./kernels.js', import.meta.url))
 * await pool.forChunks(points, assign, { args: [centroids] })
 */
export function kernelsFrom<M extends object>(url: URL | string): ModuleKernels<M> {
  const href = absolute(url)
  return new Proxy({} as Record<PropertyKey, unknown>, {
    get(kernels, name) {
      // Not known to be kernels, and asked for by whoever awaits, prints or serializes this object.
      if (name in kernels || typeof name === 'symbol' || name === 'then' || name === 'toJSON') return kernels[name]
      kernels[name] = moduleKernel(href, [name])
      return kernels[name]
    },
  }) as ModuleKernels<M>
}

/**
 * The function under `path` in the namespace of the module `url`. What it returns stands for that function wherever a kernel is wanted;
 * calling it here is an error.
 *
 * @param announcedAs what the module's default export may be announced as, for modules that are not evaluated to their end in workers
 */
export function moduleKernel<F extends AnyFunction>(url: string, path: readonly string[], announcedAs?: string): ModuleKernel<F> {
  const name = path.join('.')
  const standIn = (): never => {
    throw new TypeError(`The kernel ${name} of ${url} runs in workers only: give it to a pool instead of calling it`)
  }
  Object.defineProperty(standIn, 'name', { value: name })
  registerModuleKernel(standIn, url, path, announcedAs)
  return standIn as unknown as ModuleKernel<F>
}

/** Workers would take a relative URL as relative to themselves. */
function absolute(url: URL | string): string {
  if (url instanceof URL) return url.href
  if (typeof url !== 'string') throw expectedType('url', 'a URL', url)
  if (isAbsolute(url)) return pathToFileURL(url).href
  if (URL.canParse(url)) return url
  throw expectedType('url', 'an absolute URL, such as new URL("./kernels.js", import.meta.url),', url)
}
