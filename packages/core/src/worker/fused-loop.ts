import type { KernelReference } from '../protocol/index.js'
import type { KernelCache } from './kernel-cache.js'

type Args = readonly unknown[]
type Elements = ArrayLike<unknown>

/** The loops that element kernels run in. Indices are those of whole views; over a length there is no source, and `x` is `i`. */
export interface FusedLoops {
  forEach: (source: Elements | undefined, start: number, end: number, args: Args) => void
  map: (source: Elements | undefined, into: Elements, start: number, end: number, args: Args) => void
  reduce: (accumulator: unknown, source: Elements | undefined, start: number, end: number, args: Args) => unknown
}

/**
 * The loop of an element kernel: one piece of code for each kernel and shape, so that V8 inlines the kernel and no other element type or
 * kernel ever passes through. A kernel with a source is compiled into the loop anew; one from a module is called by a loop of its own.
 *
 * @param sourceType name of the typed array, `'length'` for a source without elements
 * @param argCount how many arguments follow `x` and `i`
 */
export function fusedLoop<K extends keyof FusedLoops>(
  reference: KernelReference,
  kind: K,
  sourceType: string,
  intoType: string | undefined,
  argCount: number,
  cache: KernelCache,
): FusedLoops[K] {
  const shape = `${kind} ${sourceType} ${intoType} ${argCount}`
  return cache.loop(reference, shape, () => loopText(kind, sourceType, argCount)) as unknown as FusedLoops[K]
}

/** The loop as an expression in which `kernel` and `refusePromise` are free. */
function loopText(kind: keyof FusedLoops, sourceType: string, argCount: number): string {
  const rest = Array.from({ length: argCount }, (_, index) => `, a${index}`).join('')
  const call = `kernel(${kind === 'reduce' ? 'last, ' : ''}${sourceType === 'length' ? 'i' : 'source[i]'}, i${rest})`
  const parameters = { forEach: 'source', map: 'source, into', reduce: 'last, source' }[kind]
  const signature = `${parameters}, start, end, args`
  const loop = `function ${kind}(${signature}) {
    ${kind === 'reduce' ? '' : 'let last;'}
    const [${rest.slice(2)}] = args
    for (let i = start; i < end; i++) ${kind === 'map' ? 'into[i] = ' : ''}last = ${call}
    return last
  }`
  // A promise is told from the last value: a check for each element would cost more than many a kernel. And not in the loop's function: it
  // is optimized while it runs for the first time, and would be thrown away at code that has not run before.
  return `((loop) => (${signature}) => refusePromise(loop(${signature})))(${loop})`
}
