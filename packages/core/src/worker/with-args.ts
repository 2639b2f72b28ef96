import type { Kernel } from './kernel-cache.js'

/**
 * `kernel` for callers that give it one value, with the arguments of its call behind that. A few are spelled out: to spread a list, even an empty
 * one, takes more than half as long as all else that an empty chunk costs.
 */
export function withArgs(kernel: Kernel, args: readonly unknown[]): Kernel {
  const [a, b, c] = args
  switch (args.length) {
    case 0:
      return kernel
    case 1:
      return (own) => kernel(own, a)
    case 2:
      return (own) => kernel(own, a, b)
    case 3:
      return (own) => kernel(own, a, b, c)
    default:
      return (own) => kernel(own, ...args)
  }
}
