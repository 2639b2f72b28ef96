import { Script } from 'node:vm'
import { expectedType } from '../errors/index.js'
import type { KernelReference } from '../protocol/index.js'

export type AnyFunction = (...args: never[]) => unknown

const references = new WeakMap<AnyFunction, KernelReference>()

/**
 * A kernel that workers import: the function found under `path` in the namespace of the module `url`, which may use its imports.
 * It stands for that function wherever a kernel is wanted; calling it here is an error.
 */
export function moduleKernel<F extends AnyFunction = AnyFunction>(url: string, path: readonly string[]): F {
  const standIn = (): never => {
    throw new TypeError(`The kernel ${path.join('.')} of ${url} runs in workers only: give it to a pool instead of calling it`)
  }
  references.set(standIn, { type: 'module', url, path })
  return standIn as unknown as F
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
