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
    const [${rest.slice(2)}] = args
    let i = start
    ${LOOPS[kind](call)}
  }`
  // A promise is told from one value: a check for each element would cost more than many a kernel. And not in the loop's function: it is
  // optimized while it runs for the first time, and would be thrown away at code that has not run before.
  return `((loop) => (${signature}) => refusePromise(loop(${signature})))(${loop})`
}

/** What comes out of the loop is its first value: a variable that starts as undefined would make V8 box every number that passes through. */
const LOOPS: Readonly<Record<keyof FusedLoops, (call: string) => string>> = {
  forEach: (call) => `if (i >= end) return; const first = ${call}; for (i++; i < end; i++) ${call}; return first`,
  map: (call) => `if (i >= end) return; const first = ${call}; into[i] = first; for (i++; i < end; i++) into[i] = ${call}; return first`,
  reduce: (call) => `for (; i < end; i++) last = ${call}; return last`,
}
