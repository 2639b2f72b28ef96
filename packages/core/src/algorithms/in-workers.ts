import * as kernels from '../kernels/index.js'
import { type ModuleKernel, moduleKernel } from '../pool/index.js'

type AnyFunction = (...args: never[]) => unknown

const kernelsUrl = import.meta.resolve('#internal/kernels/index.js')
// By what the room's index calls them: a function's own name may be another, where modules are bundled.
const names = new Map<unknown, string>(Object.entries(kernels).map(([name, kernel]) => [kernel, name]))
const known = new Map<AnyFunction, ModuleKernel<AnyFunction>>()

/** A function of the room `kernels` as workers find it: by its name in that room's index. */
export function inWorkers<F extends AnyFunction>(kernel: F): ModuleKernel<F> {
  let found = known.get(kernel)
  if (found === undefined) {
    found = moduleKernel(kernelsUrl, [names.get(kernel)!])
    known.set(kernel, found)
  }
  return found as ModuleKernel<F>
}
