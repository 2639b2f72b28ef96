import { expectedType, ShoalError } from '../errors/index.js'
import type { KernelDefinition, KernelReference } from '../protocol/index.js'
import { readKernel } from './read-kernel.js'

export type AnyFunction = (...args: never[]) => unknown

const references = new WeakMap<AnyFunction, KernelReference>()
/** A closure made again for every call is the same kernel every time. */
const byText = new Map<string, KernelReference>()
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
  const known = references.get(kernel as AnyFunction)
  if (known !== undefined) return known
  const source = String(kernel)
  const reference = byText.get(source) ?? define(readKernel(kernel.name || role, source))
  byText.set(source, reference)
  references.set(kernel as AnyFunction, reference)
  return reference
}

/** Makes `standIn` stand for a kernel that is found by other means than its own source. */
export function registerKernel(standIn: AnyFunction, definition: KernelDefinition): void {
  references.set(standIn, define(definition))
}

export function definitionOf(reference: KernelReference): KernelDefinition {
  return definitions[reference.id]!
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

function define(definition: KernelDefinition): KernelReference {
  return Object.freeze({ id: definitions.push(definition) - 1 })
}
