import { expectedType, ShoalError } from '../errors/index.js'
import type { KernelDefinition, KernelReference } from '../protocol/index.js'
import { readKernel } from './read-kernel.js'

export type AnyFunction = (...args: never[]) => unknown

const references = new WeakMap<AnyFunction, KernelReference>()
/** By source, or URL and path: a closure that is made again for every call is the same kernel every time. */
const known = new Map<string, KernelReference>()
let lastKey: string | undefined
let lastReference: KernelReference | undefined
const SHORT_SOURCE = 200
/** By id. */
const definitions: KernelDefinition[] = []

/**
 * How a kernel is named to workers. A function is read once.
 *
 * @param role what the parameter is called, for messages
 * @throws TypeError for what is no function, ShoalError `SHOAL_KERNEL_…` for a function that can not run elsewhere
 */
export function kernelReference(role: string, kernel: unknown): KernelReference {
  if (typeof kernel !== 'function') throw expectedType(role, 'a function', kernel)
  const remembered = references.get(kernel as AnyFunction)
  if (remembered !== undefined) return remembered
  const module = (kernel as StandIn)[ofModule]
  if (module !== undefined) {
    registerModuleKernel(kernel as AnyFunction, module.url, module.path, module.announcedAs)
    return references.get(kernel as AnyFunction)!
  }
  // Its own, whatever it says of itself.
  const source = Function.prototype.toString.call(kernel)
  const reference = register(source, () => readKernel(String(kernel.name || role), source))
  // A short closure is made for one call, most likely: to remember it takes longer than to read its source again.
  if (source.length > SHORT_SOURCE) references.set(kernel as AnyFunction, reference)
  return reference
}

/** By a property, so that pools of another copy of this library know it too. */
const ofModule: unique symbol = Symbol.for('shoal.moduleKernel') as never

interface StandIn {
  [ofModule]?: { readonly url: string; readonly path: readonly string[]; readonly announcedAs?: string }
}

/** Makes `standIn` stand for a kernel of a module. */
export function registerModuleKernel(standIn: AnyFunction & StandIn, url: string, path: readonly string[], announcedAs?: string): void {
  Object.defineProperty(standIn, ofModule, { value: { url, path, announcedAs }, configurable: true })
  references.set(
    standIn,
    register(JSON.stringify([url, path, announcedAs]), () => ({ type: 'module', url, path, announcedAs })),
  )
}

export function definitionOf(reference: KernelReference): KernelDefinition {
  return definitions[reference.id]!
}

/** What a kernel is called, and where it was given to a pool: `scale (app.ts:12:7)`. */
export function kernelName(reference: KernelReference): string {
  const definition = definitionOf(reference)
  return definition.type === 'module' ? definition.path.join('.') : definition.title.replace(/^The kernel /, '')
}

/**
 * Regions are synchronous. A kernel of a module, and one that only returns a promise, is found out when it runs.
 *
 * @throws ShoalError `SHOAL_KERNEL_ASYNC`
 */
export function refuseAsync(reference: KernelReference): void {
  const definition = definitionOf(reference)
  if (definition.type === 'module' || !definition.isAsync) return
  throw new ShoalError('SHOAL_KERNEL_ASYNC', `${definition.title} is async, and regions do not wait: give it to run() or broadcast()`)
}

function register(key: string, define: () => KernelDefinition): KernelReference {
  // The same again, as in any loop: that takes less than to look for it among all.
  if (key === lastKey) return lastReference!
  let reference = known.get(key)
  if (reference === undefined) {
    reference = Object.freeze({ id: definitions.push(define()) - 1 })
    known.set(key, reference)
  }
  lastKey = key
  lastReference = reference
  return reference
}
