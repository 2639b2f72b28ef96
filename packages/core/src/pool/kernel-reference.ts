import { Script } from 'node:vm'
import { expectedType } from '../errors/index.js'
import type { KernelReference } from '../protocol/index.js'

export type AnyFunction = (...args: never[]) => unknown

const references = new WeakMap<AnyFunction, KernelReference>()

/** Makes `standIn` stand for a kernel that is found by other means than its own source. */
export function registerKernel(standIn: AnyFunction, reference: KernelReference): void {
  references.set(standIn, reference)
}

/**
 * How a kernel travels. Functions go as their source, found once.
 * @throws TypeError for what is no function, and for functions without a source (native or bound ones).
 */
export function kernelReference(name: string, kernel: unknown): KernelReference {
  if (typeof kernel !== 'function') throw expectedType(name, 'a function', kernel)
  const known = references.get(kernel as AnyFunction)
  if (known !== undefined) return known
  const reference: KernelReference = { type: 'source', name: kernel.name || name, text: expressionOf(name, kernel.name, String(kernel)) }
  references.set(kernel as AnyFunction, reference)
  return reference
}

/** The source as an expression: that of a method in shorthand form becomes the property of an object. */
function expressionOf(role: string, name: string, text: string): string {
  if (/\{\s*\[native code\]\s*\}$/.test(text)) {
    throw new TypeError(
      `Expected a function with a source for ${role} but ${name || 'it'} is native or bound: wrap it in an arrow function`,
    )
  }
  if (parses(`(${text}\n)`)) return text
  const method = `({${text}\n})[${JSON.stringify(name)}]`
  if (parses(method)) return method
  throw new TypeError(`Expected a function whose source stands alone for ${role} but received ${text.slice(0, 80)}`)
}

function parses(text: string): boolean {
  try {
    new Script(text)
    return true
  } catch {
    return false
  }
}
