import { type ModuleKernel, moduleKernel } from '../pool/index.js'

type AnyFunction = (...args: never[]) => unknown

const kernelsUrl = new URL('../kernels/index.js', import.meta.url).href
const known = new Map<AnyFunction, ModuleKernel<AnyFunction>>()

/** A function of the room `kernels` as workers find it: by its name in that room's index. */
export function inWorkers<F extends AnyFunction>(kernel: F): ModuleKernel<F> {
  let found = known.get(kernel)
  if (found === undefined) {
    found = moduleKernel(kernelsUrl, [kernel.name])
    known.set(kernel, found)
  }
  return found as ModuleKernel<F>
}
