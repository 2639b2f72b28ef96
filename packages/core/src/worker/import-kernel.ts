import { createRequire } from 'node:module'
import { types } from 'node:util'
import { ShoalError } from '../errors/index.js'
import { importAnnounced, type ModuleKernelDefinition } from '../protocol/index.js'
import type { Kernel } from './kernel-cache.js'

const require = createRequire(import.meta.url)

/**
 * @throws ShoalError `SHOAL_KERNEL_MODULE_FAILED` when the module is missing or throws while it loads, `SHOAL_KERNEL_NOT_FOUND` when it
 *   exports no such function, `SHOAL_KERNEL_GENERATOR` for a generator.
 */
export async function importKernel(definition: ModuleKernelDefinition): Promise<Kernel> {
  const { url, announcedAs } = definition
  let namespace: Record<string, unknown>
  try {
    namespace = announcedAs === undefined ? ((await import(url)) as Record<string, unknown>) : await announcedNamespace(url, announcedAs)
  } catch (cause) {
    const hint = isFileProblem(cause) ? '. Workers import as plain Node does: loaders such as tsx or vitest may not reach them' : ''
    throw moduleError(definition, 'A worker could not import', cause, hint)
  }
  return kernelOf(definition, namespace)
}

/** For a thread that can not wait: a synchronous call loads what `require` can load, modules with `import` too where Node's does. */
export function requireKernel(definition: ModuleKernelDefinition): Kernel {
  const { url } = definition
  let namespace: Record<string, unknown>
  try {
    const loaded: unknown = require(url.startsWith('file:') ? pathOf(url) : url)
    namespace = types.isModuleNamespaceObject(loaded) ? (loaded as Record<string, unknown>) : { ...(loaded as object), default: loaded }
  } catch (cause) {
    const hint = '. A synchronous call can not wait for what require() does not load: use the one without Sync'
    throw moduleError(definition, 'The calling thread could not load', cause, hint)
  }
  return kernelOf(definition, namespace)
}

/** Workers load `node:url` only for this. */
function pathOf(url: string): string {
  const { fileURLToPath } = require('node:url') as typeof import('node:url')
  return fileURLToPath(url)
}

function moduleError({ url, path }: ModuleKernelDefinition, what: string, cause: unknown, hint: string): ShoalError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new ShoalError('SHOAL_KERNEL_MODULE_FAILED', `${what} ${url} for the kernel ${path.join('.')}: ${reason}${hint}`, { cause })
}

function kernelOf({ url, path }: ModuleKernelDefinition, namespace: Record<string, unknown>): Kernel {
  const name = path.join('.')
  let found: unknown = namespace
  for (const key of path) found = (found as Record<string, unknown> | null | undefined)?.[key]
  if (types.isGeneratorFunction(found)) {
    throw new ShoalError(
      'SHOAL_KERNEL_GENERATOR',
      `The kernel ${name} of ${url} is a generator, whose body nobody would run: give an ordinary function`,
    )
  }
  if (typeof found === 'function') return found as Kernel
  const functions = Object.keys(namespace).filter((key) => typeof namespace[key] === 'function')
  const exports = functions.length === 0 ? 'it exports no function' : `it exports the functions ${functions.join(', ')}`
  const what = found === undefined ? 'nothing of that name' : `a value of type ${typeof found}`
  throw new ShoalError('SHOAL_KERNEL_NOT_FOUND', `Expected a function ${name} in ${url} but found ${what}: ${exports}`)
}

/** As if what the module has announced were its default export. */
async function announcedNamespace(url: string, name: string): Promise<Record<string, unknown>> {
  const found = await importAnnounced(url, name)
  return 'announced' in found ? { default: found.announced } : found.namespace
}

function isFileProblem(error: unknown): boolean {
  return ['ERR_MODULE_NOT_FOUND', 'ERR_UNKNOWN_FILE_EXTENSION'].includes((error as NodeJS.ErrnoException | undefined)?.code ?? '')
}
