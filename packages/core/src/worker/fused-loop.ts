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
 * @param intoType name of the typed array that `map` writes to; `'source'` where that is the source itself, `'mask'` where it is 1 or 0
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
  const unrolled = callsOfATurn(cache.textLength(reference))
  return cache.loop(reference, shape, () => loopText(kind, sourceType, intoType, argCount, unrolled)) as unknown as FusedLoops[K]
}

/**
 * Calls a turn. V8 does not unroll such loops, whose own work (the counter, its check for interrupts) takes as long as a small kernel: eight calls
 * are twice as fast, sixteen a tenth more. Longer kernels gain nothing, and not all of them would be inlined.
 */
function callsOfATurn(textLength: number): number {
  if (textLength <= 60) return 16
  return textLength <= 120 ? 8 : 1
}

/** The loop as an expression in which `kernel` and `refusePromise` are free. */
function loopText(kind: keyof FusedLoops, sourceType: string, intoType: string | undefined, argCount: number, unrolled: number): string {
  const rest = Array.from({ length: argCount }, (_, index) => `, a${index}`).join('')
  const call = (i: string): string =>
    `kernel(${kind === 'reduce' ? 'last, ' : ''}${sourceType === 'length' ? i : `source[${i}]`}, ${i}${rest})`
  const parameters = { forEach: 'source', map: 'source, into', reduce: 'last, source' }[kind]
  const signature = `${parameters}, start, end, args`
  const loop = `function ${kind}(${signature}) {
    const [${rest.slice(2)}] = args
    let i = start
    ${LOOPS[kind](call, unrolled, storing(intoType))}
  }`
  // A promise is told from one value: a check for each element would cost more than many a kernel. And not in the loop's function: it is
  // optimized while it runs for the first time, and would be thrown away at code that has not run before.
  return `((loop) => (${signature}) => refusePromise(loop(${signature})))(${loop})`
}

/** What comes out of the loop is its first value: a variable that starts as undefined would make V8 box every number that passes through. */
const LOOPS: Readonly<Record<keyof FusedLoops, (call: (i: string) => string, unrolled: number, store: Store) => string>> = {
  forEach: (call, unrolled) => `if (i >= end) return; const first = ${call('i')}; i++; ${repeat(call, unrolled)}; return first`,
  // In place through one variable: V8 checks each index once then, and the loop is a sixth faster.
  map: (call, unrolled, store) =>
    `if (i >= end) return; const first = ${call('i')}; ${store('i++', 'first')}; ${repeat((i) => store(i, call(i)), unrolled)}; return first`,
  reduce: (call, unrolled) => `${repeat((i) => `last = ${call(i)}`, unrolled)}; return last`,
}

/** The statement that puts a value at an index of what `map` writes to. Stores make numbers of booleans, without a branch. */
type Store = (i: string, value: string) => string

function storing(intoType: string | undefined): Store {
  const into = intoType === 'source' ? 'source' : 'into'
  return (i, value) => `${into}[${i}] = ${intoType === 'mask' ? '!!' : ''}${value}`
}

function repeat(statement: (i: string) => string, unrolled: number): string {
  const one = `for (; i < end; i++) ${statement('i')}`
  if (unrolled === 1) return one
  const turn = Array.from({ length: unrolled }, (_, at) => statement(at === 0 ? 'i' : `i + ${at}`)).join('; ')
  return `for (const whole = end - ${unrolled - 1}; i < whole; i += ${unrolled}) { ${turn} } ${one}`
}
